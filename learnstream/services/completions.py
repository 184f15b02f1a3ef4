"""Completed courses: noted once, in the seat, and told of in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select

from learnstream.documents import Progress
from learnstream.extensions import db
from learnstream.models import Enrollment, EventType, SeatStatus
from learnstream.policies import entitlements
from learnstream.services import events, syllabus
from learnstream.services.events import News
from learnstream.services.standing import Standing

Pair = tuple[int, str]  # a user and a course


def note(seats: Mapping[Pair, Enrollment], standings: Mapping[Pair, Standing]) -> None:
    """Note, and commit, which of these learners have completed their course now, and when they did.

    Completed is completed: no version of the course takes it back. What looks completed is looked at again under a lock
    of the seat, because an instructor may be resetting the learner's progress, which takes the same lock.
    """
    ids = [
        seats[pair].id
        for pair, standing in standings.items()
        if standing.completed_at and seats[pair].completed_at is None and seats[pair].status is SeatStatus.ACTIVE
    ]
    if not ids:
        db.session.commit()
        return
    # In one order, so that two workers cannot wait for each other.
    still = select(Enrollment).where(Enrollment.id.in_(ids), Enrollment.completed_at.is_(None))
    locked = db.session.scalars(
        still.where(Enrollment.status == SeatStatus.ACTIVE).order_by(Enrollment.id).with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    _complete([seat for seat in locked if _is_complete(seat)], standings)
    db.session.commit()


def _is_complete(seat: Enrollment) -> bool:
    lessons = syllabus.of(seat.course_id, seat.course_version).lessons
    ids = [f"{seat.user_id}:{lesson.id}" for lesson in lessons]
    return Progress.collection().count_documents({"_id": {"$in": ids}, "completed_at": {"$ne": None}}) == len(ids)


def _complete(seats: Sequence[Enrollment], standings: Mapping[Pair, Standing]) -> None:
    for seat in seats:
        seat.status, seat.completed_at = SeatStatus.COMPLETED, standings[seat.user_id, seat.course_id].completed_at
        entitlements.seat_changed(seat.user_id, seat.course_id)
    db.session.flush()
    events.record_all([_news(seat) for seat in seats])


def _news(seat: Enrollment) -> News:
    ids = {"enrollment_id": seat.id, "user_id": seat.user_id, "course_id": seat.course_id}
    return News(
        id=f"{EventType.COURSE_COMPLETED}:{seat.user_id}:{seat.course_id}",
        type=EventType.COURSE_COMPLETED,
        data=ids | {"version": seat.course_version},
        at=cast(datetime, seat.completed_at),
    )
