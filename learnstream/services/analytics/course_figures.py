"""The figures of courses and of the platform: counted by day, and only for the days on which something changed."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pymongo
from bson import ObjectId
from sqlalchemy import ColumnElement, Date, cast, func, select, true

from learnstream.clock import now
from learnstream.documents import CourseProgress, CourseStats
from learnstream.models import Enrollment
from learnstream.services.analytics import recounts
from learnstream.services.analytics.recounts import PATIENCE, Count, Figures
from learnstream.services.foundation.lease import Lease
from learnstream.stores.sql import db

PLATFORM = "platform"
SHARES = (0.25, 0.5, 0.75)


def mark(changes: Mapping[str, Collection[str]]) -> None:
    """Mark the days of courses, and of the platform, to be counted again."""
    if changes:
        everything = {day for days in changes.values() for day in days}
        recounts.mark(CourseStats, [_change(name, days) for name, days in [*changes.items(), (PLATFORM, everything)]])


def _change(name: str, days: Collection[str]) -> tuple[str, Figures]:
    return name, {"stale_days": {"$setUnion": [{"$ifNull": ["$stale_days", []]}, sorted(days)]}}


def recount(held: Lease, *, rest: float = recounts.REST) -> int:
    """Count the courses whose turn it is, and the platform if it is; return how many that were."""
    due = recounts.due(CourseStats, {"stale_days": 1, "days": 1})
    return sum(recounts.write(CourseStats, _counts(courses, held), rest) for courses in due)


def _counts(courses: Iterable[Figures], held: Lease) -> Iterator[Count]:
    for course in courses:
        held.renew()
        began, clock = now(), time.monotonic()
        figures = _count(course)
        # The transaction that the reading began.
        db.session.rollback()
        yield Count(course, began, time.monotonic() - clock, figures)


def _count(course: Figures) -> Figures:
    scope = Platform() if course["_id"] == PLATFORM else Course(course["_id"])
    days = course.get("days", {}) | scope.on(course.get("stale_days", []))
    return {
        "days": {day: counts for day, counts in sorted(days.items()) if any(counts.values())},
        "stale_days": [],
        **{name: _sum(days, name) for name in ("enrollments", "watch_seconds")},
        "completed": _sum(days, "completions"),
        "reached": [{"share": share, "learners": scope.reached(share)} for share in SHARES],
        "median_completion_seconds": scope.median(),
    }


def _sum(days: Mapping[str, Mapping[str, int]], name: str) -> int:
    return sum(counts[name] for counts in days.values())


class Course:
    """Counts what belongs to a course; every question has an index."""

    days_at_once = 31
    _by_learner: Sequence[Figures] = ()

    def __init__(self, course_id: str) -> None:
        self.wanted: Figures = {"course_id": ObjectId(course_id)}
        self.seats: ColumnElement[bool] = Enrollment.course_id == course_id

    def on(self, days: Iterable[str]) -> dict[str, Figures]:
        """Return for each of these days how many enrolled, were there and completed, and how long they watched."""
        wanted = sorted(days)
        enrolled = self._enrolled(wanted)
        found: dict[str, Figures] = {}
        for start in range(0, len(wanted), self.days_at_once):
            some = wanted[start : start + self.days_at_once]
            present, completions = self._present(some), self._completions(some)
            for day in some:
                active, seconds = present.get(day, (0, 0))
                counts = {"active": active, "watch_seconds": seconds, "completions": completions.get(day, 0)}
                found[day] = counts | {"enrollments": enrolled.get(day, 0)}
        return found

    def _enrolled(self, days: list[str]) -> dict[str, int]:
        if not days:
            return {}
        day = cast(func.timezone("UTC", Enrollment.enrolled_at), Date)
        first, after = _begin(days[0]), _begin(days[-1]) + timedelta(days=1)
        rows = db.session.execute(
            select(day, func.count())
            .where(self.seats, Enrollment.enrolled_at >= first, Enrollment.enrolled_at < after)
            .group_by(day)
        )
        return {f"{found:%Y-%m-%d}": count for found, count in rows}

    def _present(self, days: list[str]) -> dict[str, tuple[int, int]]:
        """Return for each day how many learners were there, and how long they watched."""
        on_days = {"on": [{"day": day, "seconds": f"$days.{day}"} for day in days], "user_id": 1}
        by_day = {"_id": "$on.day", "active": {"$sum": 1}, "seconds": {"$sum": "$on.seconds"}}
        pipeline: list[Figures] = [
            {"$match": self.wanted | {"active_days": {"$in": days}}},
            {"$project": on_days},
            {"$unwind": "$on"},
            {"$match": {"on.seconds": {"$exists": True}}},
            *self._by_learner,
            {"$group": by_day},
        ]
        with pymongo.timeout(PATIENCE):
            found = CourseProgress.collection().aggregate(pipeline)
            return {each["_id"]: (each["active"], each["seconds"]) for each in found}

    def _completions(self, days: list[str]) -> dict[str, int]:
        completed = self.wanted | {"completed_day": {"$in": days}}
        by_day = {"_id": "$completed_day", "count": {"$sum": 1}}
        with pymongo.timeout(PATIENCE):
            found = CourseProgress.collection().aggregate([{"$match": completed}, {"$group": by_day}])
            return {each["_id"]: each["count"] for each in found}

    def reached(self, share: float) -> int:
        """Return how many learners have done at least this share."""
        with pymongo.timeout(PATIENCE):
            return CourseProgress.collection().count_documents(self.wanted | {"fraction": {"$gte": share}})

    def median(self) -> int | None:
        """Return the median time to complete, in seconds: of an even number of times the mean of the middle two."""
        completed = self.wanted | {"completion_seconds": {"$gte": 0}}
        with pymongo.timeout(PATIENCE):
            count = CourseProgress.collection().count_documents(completed)
            if not count:
                return None
            found = CourseProgress.collection().find(completed, {"completion_seconds": 1, "_id": 0})
            middle = list(found.sort("completion_seconds", 1).skip((count - 1) // 2).limit(2 - count % 2))
        return round(sum(each["completion_seconds"] for each in middle) / len(middle))


class Platform(Course):
    """Counts the same over all courses."""

    # A day of the whole platform may have as many learners as a month of a course.
    days_at_once = 1
    # Whoever learned in several courses on a day was there once.
    _by_learner = (
        {"$group": {"_id": {"user": "$user_id", "day": "$on.day"}, "seconds": {"$sum": "$on.seconds"}}},
        {"$project": {"on": {"day": "$_id.day", "seconds": "$seconds"}}},
    )

    def __init__(self) -> None:
        self.wanted = {}
        self.seats = true()


def _begin(day: str) -> datetime:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
