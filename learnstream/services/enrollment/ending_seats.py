"""Enrollments that end soon: an event for each, once for each end that it has."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import Enrollment, EventType
from learnstream.services.foundation import events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db

TASK = "learnstream.tell_ending_seats"
AHEAD = timedelta(days=7)
BATCH = 500


def tell(batch: int = BATCH) -> int:
    """Record an event for each live enrollment that ends within `AHEAD`; return how many. A transaction per batch."""
    told = 0
    while found := _untold(batch):
        events.record_all([_event(each) for each in found])
        ids = [each.id for each in found]
        # The time of the last change stays: roll-ups read what has changed since.
        columns = {"told_end": Enrollment.expires_at, "updated_at": Enrollment.updated_at}
        db.session.execute(
            update(Enrollment).where(Enrollment.id.in_(ids)).values(columns),
            execution_options={"synchronize_session": False},
        )
        db.session.commit()
        told += len(found)
    db.session.rollback()
    return told


def _untold(limit: int) -> Sequence[Enrollment]:
    moment = now()
    ending = select(Enrollment).where(
        Enrollment.is_live(moment),
        Enrollment.expires_at > moment,
        Enrollment.expires_at <= moment + AHEAD,
        Enrollment.expires_at.is_distinct_from(Enrollment.told_end),
    )
    # What another worker has locked, it tells of.
    locked = ending.order_by(Enrollment.expires_at).limit(limit).with_for_update(skip_locked=True, key_share=True)
    return db.session.scalars(locked, execution_options={"populate_existing": True}).all()


def _event(seat: Enrollment) -> NewEvent:
    kind, ends_at = EventType.SEAT_ENDING, seat.expires_at.isoformat() if seat.expires_at else ""
    data = {"enrollment_id": seat.id, "user_id": seat.user_id, "course_id": seat.course_id, "ends_at": ends_at}
    return NewEvent(f"{kind}:{seat.id}:{ends_at}", kind, data)
