"""Who is concerned by an event."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, select, true, tuple_

from learnstream.clock import now
from learnstream.models import Enrollment, Role, User
from learnstream.services.authoring import courses
from learnstream.services.enrollment import accommodated, group_staff
from learnstream.stores.sql import db

BATCH = 2000  # seats read at once


def learners(course_id: str, *, enrolled_before: datetime | None = None) -> Iterator[int]:
    """Yield the learners of a course whose seats are live.

    enrolled_before: only those who were enrolled before that.
    """
    conditions = [
        Enrollment.course_id == course_id,
        Enrollment.is_live(now()),
        true() if enrolled_before is None else Enrollment.enrolled_at < enrolled_before,
    ]
    return _walk(*conditions)


def _walk(*conditions: ColumnElement[bool]) -> Iterator[int]:
    # In the order of the index; a learner has one seat in the course.
    order = (Enrollment.course_version, Enrollment.user_id)
    after: ColumnElement[bool] = true()
    while True:
        found = select(*order).where(*conditions, after).order_by(*order).limit(BATCH)
        rows = db.session.execute(found).all()
        yield from (row.user_id for row in rows)
        if len(rows) < BATCH:
            return
        after = tuple_(*order) > tuple(rows[-1])


def staff(course_id: str, learner_id: int | None = None) -> list[int]:
    """Return a course's instructors, and the staff of the groups by which this learner has the course."""
    of_groups = group_staff.of_learner(learner_id, course_id) if learner_id else set()
    return _teaching({*courses.view(course_id).instructor_ids, *of_groups})


def _teaching(user_ids: set[int]) -> list[int]:
    """Return those of the users who still may teach."""
    teaching = User.role.in_([Role.INSTRUCTOR, Role.ADMIN])
    return [*db.session.scalars(select(User.id).where(User.id.in_(user_ids), teaching).order_by(User.id))]


def administrators() -> list[int]:
    """Return all administrators."""
    return [*db.session.scalars(select(User.id).where(User.role == Role.ADMIN).order_by(User.id))]


def members(group_id: int) -> list[int]:
    """Return the present members of a group."""
    return [*accommodated.members(group_id)]
