"""Figures of courses and lessons for the members of a group, counted from their records with each request.

The roll-up's figures are those of all learners, and cannot be divided by group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any, TypedDict

from sqlalchemy import and_, func, select

from learnstream.clock import now
from learnstream.documents import CourseProgress
from learnstream.documents.course_progress import LessonSummary, QuarterSeconds
from learnstream.documents.projection import Projection
from learnstream.documents.stats import LessonTotals
from learnstream.errors import Unprocessable
from learnstream.models import Enrollment
from learnstream.models.group import GroupMember
from learnstream.services.analytics import analytics, course_figures, lesson_figures, local_days, rollup
from learnstream.services.analytics.analytics import CourseFigures, LessonFigures, SummaryTotals
from learnstream.services.analytics.course_figures import SHARES
from learnstream.services.analytics.day_parts import DayParts
from learnstream.services.analytics.local_days import Counts, Days
from learnstream.services.enrollment import group_members
from learnstream.services.learning import quarter_hours, stored_records
from learnstream.stores.sql import db

# In a course of 40 lessons, 500 members take 0.15 s of CPU time.
MAX_MEMBERS = 2_000
BATCH = 200  # records read at a time; each may have some kilobytes


class MemberRecord(TypedDict):
    """The part of a course record that the figures need."""

    fraction: float
    watch_seconds: int
    completed_at: datetime | None
    completion_seconds: int | None
    days: dict[str, int]
    quarters: list[QuarterSeconds]
    quarters_of: int | None
    revision: int
    lessons: dict[str, LessonSummary]


RECORDS = Projection(CourseProgress, MemberRecord)


def course(course_id: str, days: Days, *, group_id: int) -> CourseFigures:
    """Return a course's figures for the members of a group who have, or had, a seat in it.

    Raises:
        NotFound: there is no such course.
        Unprocessable: the group has too many members.
    """
    # Read before the records, which are at least as new.
    shown, as_of, tally = analytics.published(course_id), rollup.as_of(), CourseTally()
    record_ids = _record_ids(group_id, course_id)
    seats = and_(Enrollment.course_id == course_id, GroupMember.includes(Enrollment.user_id, group_id))
    course_figures.count_enrollments(seats, local_days.utc_days(days), tally.parts)
    enrollments = db.session.scalar(select(func.count()).where(seats)) or 0
    _tally(tally, RECORDS, record_ids)
    figures = analytics.summary(tally.totals(enrollments), _by_day(tally.parts, days), days)
    return analytics.course_figures_of(shown, figures, tally.lessons(), as_of=as_of)


def lesson(lesson_id: str, days: Days, *, group_id: int, video_id: str | None = None) -> LessonFigures:
    """Return a lesson's figures for the members of a group, with the retention curve of a video.

    Raises:
        NotFound: there is no such lesson, or it never showed that video.
        Unprocessable: the group has too many members.
    """
    found, began, tally = analytics.find_lesson(lesson_id), now(), lesson_figures.Tally()
    _tally(tally, stored_records.COUNTED, _record_ids(group_id, lesson_id))
    by_day = _by_day(tally.parts, days)
    return analytics.lesson_figures_of(found, tally.figures(), by_day, days, video_id=video_id, as_of=began)


class CourseTally:
    """Counts a course's learners, one record at a time."""

    def __init__(self) -> None:
        self.parts = DayParts()
        self._fractions: list[float] = []
        self._times: list[int] = []
        self._sums: Counter[str] = Counter()
        self._lessons: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, record: MemberRecord) -> None:
        """Count one learner's record of the course."""
        self._fractions.append(record["fraction"])
        self._sums["watch_seconds"] += record["watch_seconds"]
        if completed_at := record["completed_at"]:
            self._sums["completed"] += 1
            self.parts.add(quarter_hours.number(completed_at), "completions", 1)
        if record["completion_seconds"] is not None:
            self._times.append(record["completion_seconds"])
        self._add_quarters(record)
        for lesson_id, summary in record["lessons"].items():
            self._add_lesson(self._lessons[lesson_id], summary)

    def _add_quarters(self, record: MemberRecord) -> None:
        before = None
        for number, seconds in _quarters(record):
            self.parts.add(number, "watch_seconds", seconds)
            self.parts.add_learners(number, before)
            before = number

    def _add_lesson(self, sums: Counter[str], summary: LessonSummary) -> None:
        completed = "c" in summary
        sums["started"] += bool(completed or summary["d"])
        sums["completed"] += completed
        sums["watch_seconds"] += summary["s"]

    def totals(self, enrollments: int) -> SummaryTotals:
        """Return the figures of all time."""
        return {
            "enrollments": enrollments,
            "completed": self._sums["completed"],
            "watch_seconds": self._sums["watch_seconds"],
            "median_completion_seconds": round(median(self._times)) if self._times else None,
            "reached": [
                {"share": share, "learners": sum(each >= share for each in self._fractions)} for share in SHARES
            ],
        }

    def lessons(self) -> dict[str, LessonTotals]:
        """Return the figures of lessons by id."""
        return {
            lesson_id: {
                "started": sums["started"],
                "completed": sums["completed"],
                "watch_seconds": sums["watch_seconds"],
            }
            for lesson_id, sums in self._lessons.items()
        }


def _tally(tally: CourseTally | lesson_figures.Tally, records: Projection[Any], ids: Sequence[str]) -> None:
    # Counting takes longer than a transaction may be idle.
    db.session.rollback()
    for batch in records.batches({"_id": {"$in": ids}}, BATCH):
        for record in batch:
            tally.add(record)


def _quarters(record: MemberRecord) -> Iterator[tuple[int, int]]:
    """Yield the quarter-hours in which days began with their seconds: noon of each day, for records of older releases."""
    if record["quarters_of"] == record["revision"]:
        yield from ((each["n"], each["s"]) for each in record["quarters"])
    else:
        for day, seconds in sorted(record["days"].items()):
            yield quarter_hours.first_of(day) + quarter_hours.NOON, seconds


def _by_day(parts: DayParts, days: Days) -> Mapping[str, Counts]:
    return local_days.of_parts(days, {day: parts.stored(day) for day in parts.days()})


def _record_ids(group_id: int, object_id: str) -> Sequence[str]:
    """Return the ids of the records that a group's members have of a course or lesson."""
    found = group_members.ids(group_id, limit=MAX_MEMBERS + 1)
    if len(found) > MAX_MEMBERS:
        raise Unprocessable(errors={"query": {"group_id": [f"Figures of at most {MAX_MEMBERS} members are counted."]}})
    return [f"{user_id}:{object_id}" for user_id in found]
