"""Course completions: recorded once, in the enrollment, with an event in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from learnstream.documents import Progress
from learnstream.models import Enrollment, EventType, SeatStatus
from learnstream.policies import entitlements
from learnstream.services.delivery import syllabus
from learnstream.services.foundation import events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db

Pair = tuple[int, str]  # a user and a course


@dataclass(frozen=True, slots=True)
class Achievement:
    """The version of a course that a learner has completed, and when they completed its last lesson."""

    version: int
    completed_at: datetime


def record(seats: Mapping[Pair, Enrollment], achieved: Mapping[Pair, Achievement | None]) -> None:
    """Record and commit new completions of courses, with their times.

    No later version revokes a completion. Completeness is checked again under a lock on the enrollment, because an
    instructor may be resetting the learner's progress, which takes the same lock.
    """
    found = {
        seats[pair].id: each
        for pair, each in achieved.items()
        if each and seats[pair].completed_at is None and seats[pair].status is SeatStatus.ACTIVE
    }
    if not found:
        db.session.commit()
        return
    # In a fixed order, so that two workers cannot deadlock.
    incomplete = select(Enrollment).where(Enrollment.id.in_(found), Enrollment.completed_at.is_(None))
    locked = db.session.scalars(
        incomplete.where(Enrollment.status == SeatStatus.ACTIVE).order_by(Enrollment.id).with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    _complete([(seat, found[seat.id]) for seat in locked if _is_complete(seat, found[seat.id])])
    db.session.commit()


def _is_complete(seat: Enrollment, found: Achievement) -> bool:
    lessons = syllabus.get(seat.course_id, found.version).lessons
    ids = [f"{seat.user_id}:{lesson.id}" for lesson in lessons]
    return Progress.collection().count_documents({"_id": {"$in": ids}, "completed_at": {"$ne": None}}) == len(ids)


def _complete(completed: Sequence[tuple[Enrollment, Achievement]]) -> None:
    for seat, found in completed:
        seat.status, seat.completed_at = SeatStatus.COMPLETED, found.completed_at
        entitlements.seat_changed(seat.user_id, seat.course_id)
    db.session.flush()
    events.record_all([_event(seat, found) for seat, found in completed])


def _event(seat: Enrollment, found: Achievement) -> NewEvent:
    ids = {"enrollment_id": seat.id, "user_id": seat.user_id, "course_id": seat.course_id}
    # A completion after a reset is an event of its own.
    again = f":{seat.resets}" if seat.resets else ""
    return NewEvent(
        id=f"{EventType.COURSE_COMPLETED}:{seat.user_id}:{seat.course_id}{again}",
        type=EventType.COURSE_COMPLETED,
        data=ids | {"version": found.version},
        at=found.completed_at,
    )
