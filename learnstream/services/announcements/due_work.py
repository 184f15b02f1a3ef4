"""Work that is due within a day: an event for each learner who has not done it, once for each time that it is due.

Homework is due at the learner's own time, with extensions, and a quiz when it closes to them. What was recorded is not
recorded again, so that a run that was interrupted is continued by the next one.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState, Submission, SubmissionState
from learnstream.models import Enrollment, Event, EventType, WorkKind
from learnstream.models.group import GroupMember
from learnstream.policies import entitlements
from learnstream.policies.seats import Seat
from learnstream.services.announcements import due_lessons
from learnstream.services.announcements.due_lessons import DueLessons, Period
from learnstream.services.assessment import clock, quizzes
from learnstream.services.assignments.deadlines import deadlines
from learnstream.services.assignments.frozen import frozen
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Lesson
from learnstream.services.foundation import events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

TASK = "learnstream.tell_due_work"
AHEAD = timedelta(days=1)
BATCH = 500  # learners


@dataclass(frozen=True, slots=True)
class Work:
    """What is due for a learner."""

    user_id: int
    course_id: str
    lesson_id: str
    kind: WorkKind
    due_at: datetime

    @property
    def event(self) -> NewEvent:
        kind, due_at = EventType.WORK_DUE, self.due_at.isoformat()
        data = {"user_id": self.user_id, "course_id": self.course_id, "lesson_id": self.lesson_id}
        key = f"{kind}:{self.user_id}:{self.lesson_id}:{due_at}"
        return NewEvent(key, kind, data | {"kind": self.kind.value, "due_at": due_at})


def tell(batch: int = BATCH) -> int:
    """Record an event for each learner and lesson with work due within `AHEAD`; return how many. A transaction per batch."""
    moment = now()
    period = Period(moment, moment + AHEAD)
    return sum(_tell(course_id, due, period, batch) for course_id, due in due_lessons.by_course(period).items())


def _tell(course_id: str, due: DueLessons, period: Period, batch: int) -> int:
    """Record what is due in a course. If that fails, others must not wait for it."""
    told = 0
    try:
        user_ids = _learners(course_id, due, period)
        for start in range(0, len(user_ids), batch):
            found = _work(course_id, user_ids[start : start + batch], due.lesson_ids, period)
            told += events.record_all([each.event for each in _undone(_untold(found))])
            db.session.commit()
    except STORE_FAILURES:
        db.session.rollback()
        raise
    except Exception:
        db.session.rollback()
        log.exception("what is due in course %s could not be recorded", course_id)
    return told


def _learners(course_id: str, due: DueLessons, period: Period) -> Sequence[int]:
    """Return the live learners of a course who may have work that is due."""
    live = (Enrollment.course_id == course_id, Enrollment.is_live(period.begin))
    which = true() if due.is_for_all else or_(false(), *_reasons(due, period))
    found = db.session.scalars(select(Enrollment.user_id).where(*live, which).order_by(Enrollment.user_id)).all()
    db.session.rollback()
    return found


def _reasons(due: DueLessons, period: Period) -> Iterator[ColumnElement[bool]]:
    begun = Enrollment.drips_from()
    for days in map(timedelta, due.days):
        yield and_(begun > period.begin - days, begun <= period.end - days)
    if due.user_ids:
        yield Enrollment.user_id.in_(due.user_ids)
    if due.group_ids:
        members = select(GroupMember.user_id).where(GroupMember.group_id.in_(due.group_ids))
        yield Enrollment.user_id.in_(members.where(GroupMember.left_at.is_(None)))


def _work(course_id: str, user_ids: Sequence[int], lesson_ids: Collection[str], period: Period) -> list[Work]:
    """Return what is due in a period for learners of a course in these lessons, whether they have done it or not."""
    return [
        Work(seat.user_id, course_id, lesson.id, kind, due_at)
        for seat in entitlements.seats_in(course_id, user_ids)
        for lesson, kind, due_at in _times(seat, lesson_ids)
        if due_at is not None and period.includes(due_at)
    ]


def _times(seat: Seat, lesson_ids: Collection[str]) -> Iterator[tuple[Lesson, WorkKind, datetime | None]]:
    by_id = syllabus.get(seat.course_id, seat.course_version).by_id
    for lesson in (by_id[each] for each in lesson_ids if each in by_id):
        if lesson.assignment_id:
            yield lesson, WorkKind.ASSIGNMENT, deadlines(frozen(lesson.assignment_id), seat).due_at
        elif lesson.quiz_id:
            yield lesson, WorkKind.QUIZ, clock.closing(quizzes.frozen(lesson.quiz_id), seat)


def _untold(found: Collection[Work]) -> list[Work]:
    ids = [each.event.id for each in found]
    told = {*db.session.scalars(select(Event.event_id).where(Event.event_id.in_(ids)))} if ids else set()
    return [each for each in found if each.event.id not in told]


def _undone(found: Collection[Work]) -> list[Work]:
    """Return the work that was not handed in. What was returned, or does not count any more, has to be done again."""
    of_learners = {"user_id": {"$in": [*{each.user_id for each in found}]}}
    of_lessons = {"lesson_id": {"$in": [ObjectId(each) for each in {work.lesson_id for work in found}]}}
    both, keys = of_learners | of_lessons, {"user_id": 1, "lesson_id": 1}
    submitted = {"state": SubmissionState.SUBMITTED.value}
    attempted = {"state": AttemptState.SUBMITTED.value, "voided_at": None}
    done = {
        (each["user_id"], str(each["lesson_id"]))
        for documents, state in ((Submission, submitted), (Attempt, attempted))
        for each in (documents.collection().find(both | state, keys) if found else ())
    }
    return [each for each in found if (each.user_id, each.lesson_id) not in done]
