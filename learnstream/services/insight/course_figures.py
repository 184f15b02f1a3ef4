"""The figures of courses and of the platform: counted by day, and only for the days on which something changed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
from bson import ObjectId
from sqlalchemy import ColumnElement, Date, cast, func, select, true

from learnstream.documents import CourseProgress, CourseStats
from learnstream.extensions import db
from learnstream.models import Enrollment
from learnstream.services.foundation.lease import Lease
from learnstream.services.insight import recounts

PLATFORM = "platform"
SHARES = (0.25, 0.5, 0.75)
# Counting takes longer than requests may wait, and the machine may be busy.
PATIENCE = 60.0  # seconds

Figures = dict[str, Any]


def mark(changes: Mapping[str, Collection[str]]) -> None:
    """Mark the days of courses, and of the platform, to be counted again."""
    if changes:
        everything = {day for days in changes.values() for day in days}
        recounts.mark(CourseStats, [_change(name, days) for name, days in [*changes.items(), (PLATFORM, everything)]])


def _change(name: str, days: Collection[str]) -> tuple[str, Figures]:
    return name, {"stale_days": {"$setUnion": [{"$ifNull": ["$stale_days", []]}, sorted(days)]}}


def recount(held: Lease, *, rest: float = recounts.REST) -> int:
    """Count the courses whose turn it is, and the platform if it is; return how many that were."""
    counted = 0
    for course in recounts.due(CourseStats, {"stale_days": 1, "days": 1}):
        held.keep()
        with recounts.counting(CourseStats, course, rest) as count:
            count.figures = _count(course)
        # The transaction that the reading began.
        db.session.rollback()
        counted += 1
    return counted


def _count(course: Figures) -> Figures:
    scope = Platform() if course["_id"] == PLATFORM else Course(course["_id"])
    stale = course.get("stale_days", [])
    enrolled = scope.enrolled(stale)
    days = course.get("days", {}) | {day: scope.day(day) | {"enrollments": enrolled.get(day, 0)} for day in stale}
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

    def __init__(self, course_id: str) -> None:
        self.wanted: Figures = {"course_id": ObjectId(course_id)}
        self.seats: ColumnElement[bool] = Enrollment.course_id == course_id

    def enrolled(self, days: Iterable[str]) -> dict[str, int]:
        """Return how many enrolled on each of these days."""
        within = sorted(days)
        if not within:
            return {}
        day = cast(func.timezone("UTC", Enrollment.enrolled_at), Date)
        first, after = _begin(within[0]), _begin(within[-1]) + timedelta(days=1)
        rows = db.session.execute(
            select(day, func.count())
            .where(self.seats, Enrollment.enrolled_at >= first, Enrollment.enrolled_at < after)
            .group_by(day)
        )
        return {f"{found:%Y-%m-%d}": count for found, count in rows}

    def day(self, day: str) -> Figures:
        """Return how many learners were there and completed the course on a day, and how long they watched."""
        with pymongo.timeout(PATIENCE):
            progress = CourseProgress.collection()
            [present] = list(progress.aggregate(self._present(day))) or [{"active": 0, "seconds": 0}]
            completions = progress.count_documents(self.wanted | {"completed_day": day})
        return {"active": present["active"], "watch_seconds": present["seconds"], "completions": completions}

    def _present(self, day: str) -> list[Figures]:
        counts = {"_id": None, "active": {"$sum": 1}, "seconds": {"$sum": f"$days.{day}"}}
        return [{"$match": self.wanted | {"active_days": day}}, {"$group": counts}]

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
    """Counts the same over all courses; whoever learned in several on a day was there once."""

    def __init__(self) -> None:
        self.wanted = {}
        self.seats = true()

    def _present(self, day: str) -> list[Figures]:
        return [
            {"$match": {"active_days": day}},
            {"$group": {"_id": "$user_id", "seconds": {"$sum": f"$days.{day}"}}},
            {"$group": {"_id": None, "active": {"$sum": 1}, "seconds": {"$sum": "$seconds"}}},
        ]


def _begin(day: str) -> datetime:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
