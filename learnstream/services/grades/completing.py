"""Completing courses that need a grade: it is checked anew whenever a grade changes.

The roll-up completes courses (see `services.analytics.course_completions`). It follows changes of enrollments.
"""

from collections.abc import Collection

from sqlalchemy import select, tuple_, update

from learnstream.clock import now
from learnstream.models import Enrollment, SeatStatus
from learnstream.services.delivery import syllabus
from learnstream.stores.sql import db

Pair = tuple[int, str]  # a user and a course


def follow(pairs: Collection[Pair]) -> None:
    """Have the next roll-up check whether learners whose grades have changed have completed their courses."""
    if not pairs:
        return
    open_ones = (Enrollment.completed_at.is_(None), Enrollment.status == SeatStatus.ACTIVE)
    wanted = tuple_(Enrollment.user_id, Enrollment.course_id).in_(sorted(pairs))
    seats = db.session.execute(
        select(Enrollment.id, Enrollment.course_id, Enrollment.course_version).where(wanted, *open_ones)
    ).all()
    due = [seat.id for seat in seats if syllabus.get(seat.course_id, seat.course_version).needs_grade]
    if due:
        # In a fixed order, so that two movers cannot deadlock.
        locked = select(Enrollment.id).where(Enrollment.id.in_(due)).order_by(Enrollment.id).with_for_update()
        found = db.session.scalars(locked).all()
        db.session.execute(
            update(Enrollment).where(Enrollment.id.in_(found)).values(updated_at=now()),
            execution_options={"synchronize_session": False},
        )
