"""Seats whose grants begin or end by themselves: their rows are derived anew at that time."""

from collections.abc import Collection

from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment
from learnstream.services.enrollment import seat_rows, seat_versions
from learnstream.services.enrollment.seat_rows import Pair
from learnstream.stores.sql import db

BATCH = 500


def derive_due(batch: int = BATCH) -> int:
    """Derive the enrollments that are due, one transaction per batch; return their number.

    Seats that begin are in their course's current version then, also if it was archived meanwhile.
    """
    derived = 0
    while pairs := _due(batch):
        seat_rows.lock(pairs, seat_versions.current_versions({course_id for _, course_id in pairs}))
        db.session.commit()
        derived += len(pairs)
    db.session.rollback()
    return derived


def _due(limit: int) -> Collection[Pair]:
    due = select(Enrollment.user_id, Enrollment.course_id).where(Enrollment.next_change_at <= now())
    return [
        (row.user_id, row.course_id) for row in db.session.execute(due.order_by(Enrollment.next_change_at).limit(limit))
    ]
