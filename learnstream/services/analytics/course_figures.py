"""Figures of courses and of the platform, counted by day and only for days that have changed."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypedDict

import pymongo
from bson import ObjectId
from sqlalchemy import ColumnElement, Integer, cast, func, select, true

from learnstream.clock import now
from learnstream.documents import CourseProgress, CourseStats
from learnstream.documents.projection import Projection
from learnstream.documents.stats import CourseCounts, Days
from learnstream.models import Enrollment
from learnstream.services.analytics import day_parts, recounts
from learnstream.services.analytics.day_parts import DayParts, following, preceding
from learnstream.services.analytics.recounts import TIMEOUT, Count
from learnstream.services.foundation.lease import Lease
from learnstream.services.learning import quarter_hours
from learnstream.services.learning.quarter_hours import A_DAY, first_of
from learnstream.stores.mongo import Expression
from learnstream.stores.sql import db

PLATFORM = "platform"
SHARES = (0.25, 0.5, 0.75)
COUNTS = ("active", "watch_seconds", "completions", "enrollments")
# Noon of each day, for course records written by an older release.
MIDNIGHT = {"$toLong": {"$dateFromString": {"dateString": "$$this.k"}}}
NOON = {"$toInt": {"$add": [{"$divide": [MIDNIGHT, 1000 * quarter_hours.SECONDS]}, quarter_hours.NOON]}}
AT_NOON = {"$map": {"input": {"$objectToArray": "$days"}, "in": {"n": NOON, "s": "$$this.v"}}}
QUARTERS = {"$cond": [{"$eq": ["$quarters_of", "$revision"]}, "$quarters", AT_NOON]}
EARLIER = {"$filter": {"input": "$on.n", "cond": {"$lt": ["$$this", "$$each.n"]}}}
# If there is none earlier, two days before is equivalent.
BEFORE = {"$max": [{"$max": EARLIER}, {"$subtract": ["$$each.n", 2 * A_DAY]}]}
WITH_BEFORE = {
    "$map": {"input": "$on", "as": "each", "in": {"n": "$$each.n", "s": "$$each.s", "before": BEFORE}},
}


class DueCourse(TypedDict):
    """The statistics of a course or the platform that are due."""

    _id: str
    marks: int
    days: Days
    stale_days: list[str]


class CompletionTime(TypedDict):
    completion_seconds: int


DUE = Projection(CourseStats, DueCourse)
COMPLETION_TIMES = Projection(CourseProgress, CompletionTime)


def mark(changes: Mapping[str, Collection[str]]) -> None:
    """Mark days of courses, and of the platform, to be recounted."""
    if changes:
        all_days = {day for days in changes.values() for day in days}
        recounts.mark(CourseStats, [_change(name, days) for name, days in [*changes.items(), (PLATFORM, all_days)]])


def _change(name: str, days: Collection[str]) -> tuple[str, dict[str, object]]:
    return name, {"stale_days": {"$setUnion": [{"$ifNull": ["$stale_days", []]}, sorted(days)]}}


def recount(held: Lease, *, rest: float = recounts.REST) -> int:
    """Recount the courses that are due, and the platform if it is; return their number."""
    due = recounts.due(DUE)
    return sum(recounts.write(CourseStats, _counts(courses, held), rest) for courses in due)


def _counts(courses: Iterable[DueCourse], held: Lease) -> Iterator[Count]:
    for course in courses:
        held.renew()
        began, clock = now(), time.monotonic()
        figures = _count(course)
        # End the transaction that reading began.
        db.session.rollback()
        yield Count(course, began, time.monotonic() - clock, figures)


def _count(course: DueCourse) -> CourseCounts:
    began = now()
    scope = Platform() if course["_id"] == PLATFORM else Course(course["_id"])
    days = course["days"]
    # The following day changes too: its learners are counted by when they were last active before.
    stale = {*course["stale_days"], *(days.keys() & map(following, course["stale_days"]))}
    for chunk, parts in scope.parts_of(sorted(stale)):
        day_parts.write(course["_id"], {day: parts.stored(day) for day in chunk}, began)
        days = days | {day: dict.fromkeys(COUNTS, 0) | parts.totals(day) for day in chunk}
    return {
        "days": {day: counts for day, counts in sorted(days.items()) if any(counts.values())},
        "stale_days": [],
        "enrollments": _sum(days, "enrollments"),
        "watch_seconds": _sum(days, "watch_seconds"),
        "completed": _sum(days, "completions"),
        "reached": [{"share": share, "learners": scope.reached(share)} for share in SHARES],
        "median_completion_seconds": scope.median(),
    }


def _sum(days: Mapping[str, Mapping[str, int]], name: str) -> int:
    return sum(counts[name] for counts in days.values())


def count_enrollments(seats: ColumnElement[bool], days: Sequence[str], parts: DayParts) -> None:
    """Add the enrollments that meet a condition, from the first of these UTC days to the last."""
    quarter = cast(func.floor(func.extract("epoch", Enrollment.enrolled_at) / quarter_hours.SECONDS), Integer)
    first, after = _start_of(days[0]), _start_of(days[-1]) + timedelta(days=1)
    rows = db.session.execute(
        select(quarter, func.count())
        .where(seats, Enrollment.enrolled_at >= first, Enrollment.enrolled_at < after)
        .group_by(quarter)
    )
    for number, count in rows:
        parts.add(number, "enrollments", count)


class Course:
    """Counts the figures of a course; every query has an index."""

    days_per_chunk = 31
    _by_learner: Sequence[Expression] = ()

    def __init__(self, course_id: str) -> None:
        self.query: Expression = {"course_id": ObjectId(course_id)}
        self.seats: ColumnElement[bool] = Enrollment.course_id == course_id

    def parts_of(self, days: list[str]) -> Iterator[tuple[list[str], DayParts]]:
        """Yield these days in chunks, with enrollments, active learners, completions and watch time."""
        for start in range(0, len(days), self.days_per_chunk):
            chunk, parts = days[start : start + self.days_per_chunk], DayParts()
            for count in (self._enrolled, self._active, self._completed):
                count(chunk, parts)
            yield chunk, parts

    def _enrolled(self, days: list[str], parts: DayParts) -> None:
        count_enrollments(self.seats, days, parts)

    def _active(self, days: list[str], parts: DayParts) -> None:
        """Count active learners and watch time, by the quarter-hour of each learner's previous activity."""
        known = sorted({*days, *preceding(days)})
        first, after = first_of(known[0]), first_of(known[-1]) + A_DAY
        in_range = {"$and": [{"$gte": ["$$this.n", first]}, {"$lt": ["$$this.n", after]}]}
        by_quarter = {
            "_id": {"n": "$on.n", "before": "$on.before"},
            "learners": {"$sum": 1},
            "seconds": {"$sum": "$on.s"},
        }
        pipeline: list[Expression] = [
            {"$match": self.query | {"active_days": {"$in": known}}},
            {"$project": {"user_id": 1, "on": {"$filter": {"input": QUARTERS, "cond": in_range}}}},
            *self._by_learner,
            {"$project": {"on": WITH_BEFORE}},
            {"$unwind": "$on"},
            {"$group": by_quarter},
        ]
        with pymongo.timeout(TIMEOUT):
            for each in CourseProgress.collection().aggregate(pipeline):
                parts.add(each["_id"]["n"], "watch_seconds", each["seconds"])
                parts.add_learners(each["_id"]["n"], each["_id"]["before"], each["learners"])

    def _completed(self, days: list[str], parts: DayParts) -> None:
        completed = self.query | {"completed_day": {"$in": days}}
        quarter = {"$floor": {"$divide": [{"$toLong": "$completed_at"}, 1000 * quarter_hours.SECONDS]}}
        by_quarter = {"_id": quarter, "count": {"$sum": 1}}
        with pymongo.timeout(TIMEOUT):
            for each in CourseProgress.collection().aggregate([{"$match": completed}, {"$group": by_quarter}]):
                parts.add(int(each["_id"]), "completions", each["count"])

    def reached(self, share: float) -> int:
        """Return how many learners have completed at least this share."""
        with pymongo.timeout(TIMEOUT):
            return CourseProgress.collection().count_documents(self.query | {"fraction": {"$gte": share}})

    def median(self) -> int | None:
        """Return the median completion time in seconds; for an even number of times, the mean of the middle two."""
        completed = self.query | {"completion_seconds": {"$gte": 0}}
        with pymongo.timeout(TIMEOUT):
            count = CourseProgress.collection().count_documents(completed)
            if not count:
                return None
            order = [("completion_seconds", 1)]
            middle = COMPLETION_TIMES.find(completed, sort=order, skip=(count - 1) // 2, limit=2 - count % 2)
        return round(sum(each["completion_seconds"] for each in middle) / len(middle))


class Platform(Course):
    """Counts the same over all courses."""

    # A day of the whole platform may have as many learners as a month of a course.
    days_per_chunk = 1
    # A learner who was active in several courses counts once.
    _by_learner = (
        {"$unwind": "$on"},
        {"$group": {"_id": {"user": "$user_id", "n": "$on.n"}, "s": {"$sum": "$on.s"}}},
        {"$group": {"_id": "$_id.user", "on": {"$push": {"n": "$_id.n", "s": "$s"}}}},
    )

    def __init__(self) -> None:
        self.query = {}
        self.seats = true()


def _start_of(day: str) -> datetime:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
