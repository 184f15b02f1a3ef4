"""Which lessons may have work that is due in a period: by their settings, and by what single learners are granted."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Assignment, Quiz
from learnstream.documents.course import Release
from learnstream.documents.projection import Projection
from learnstream.models.accommodation import QuizAccommodation
from learnstream.models.extension import Extension
from learnstream.stores.sql import db


class AssignmentTimes(TypedDict):
    """When homework is due."""

    course_id: ObjectId
    lesson_id: ObjectId
    due: Release | None


class QuizTimes(TypedDict):
    """When a quiz closes."""

    course_id: ObjectId
    lesson_id: ObjectId
    closes: Release | None


@dataclass(frozen=True, slots=True)
class Period:
    """From after `begin` until `end`."""

    begin: datetime
    end: datetime

    def includes(self, instant: datetime | None) -> bool:
        return instant is not None and self.begin < instant <= self.end


@dataclass(slots=True)
class DueLessons:
    """The lessons of a course with work that may be due, and for whom.

    is_for_all: for all its learners; else for those who began so many `days` before, and for those whom it is due later.
    """

    lesson_ids: set[str] = field(default_factory=set)
    is_for_all: bool = False
    days: set[int] = field(default_factory=set)
    user_ids: set[int] = field(default_factory=set)
    group_ids: set[int] = field(default_factory=set)


SOURCES: tuple[tuple[Projection[Any], str], ...] = (
    (Projection(Assignment, AssignmentTimes), "due"),
    (Projection(Quiz, QuizTimes), "closes"),
)
GRANTS: tuple[tuple[Any, Any], ...] = ((Extension, Extension.due_at), (QuizAccommodation, QuizAccommodation.closes_at))


def by_course(period: Period) -> dict[str, DueLessons]:
    """Return the lessons with work that may be due in a period, by course: also those of drafts and older versions."""
    found: defaultdict[str, DueLessons] = defaultdict(DueLessons)
    for course_id, lesson_id, moment in _settings(period):
        due = found[course_id]
        due.lesson_ids.add(lesson_id)
        if moment.get("at"):
            due.is_for_all = True
        else:
            due.days.add(moment.get("after_days") or 0)
    for grant in _grants(period):
        due = found[grant.course_id]
        due.lesson_ids.add(grant.lesson_id)
        due.user_ids |= {grant.user_id} - {None}
        due.group_ids |= {grant.group_id} - {None}
    return dict(found)


def _settings(period: Period) -> Iterator[tuple[str, str, Any]]:
    for documents, name in SOURCES:
        at = {f"{name}.at": {"$gt": period.begin, "$lte": period.end}}
        for query in (at, {f"{name}.after_days": {"$gte": 0}}):
            for batch in documents.batches(query, 1000):
                yield from ((str(each["course_id"]), str(each["lesson_id"]), each[name]) for each in batch)


def _grants(period: Period) -> Iterator[Any]:
    for table, instant in GRANTS:
        columns = (table.course_id, table.lesson_id, table.user_id, table.group_id)
        yield from db.session.execute(select(*columns).where(instant > period.begin, instant <= period.end))
