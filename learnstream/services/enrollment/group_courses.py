"""The courses that groups are given."""

from datetime import datetime

from sqlalchemy import select

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.enrollment import NotGivenToGroup
from learnstream.models.group import GroupCourse
from learnstream.services.enrollment import group_seats, groups, seat_versions
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

IN_ORDER = Columns((GroupCourse.id,))


def browse(group_id: int, *, part: Part) -> Found[GroupCourse]:
    """Return a part of the courses that a group is given, in the order in which they were.

    Raises:
        NoSuchGroup: it does not exist.
    """
    groups.require(group_id)
    return rows_of(select(GroupCourse).where(GroupCourse.group_id == group_id), IN_ORDER, part)


def give(
    group_id: int,
    course_id: str,
    *,
    by: int,
    mandatory: bool = True,
    due_at: datetime | None = None,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> GroupCourse:
    """Give a group a course, or replace the dates. Seats that could not be given are tried again.

    Raises:
        NoSuchGroup, GroupArchived: it does not exist, or is archived.
        NoSuchCourse, CourseArchived: the course is new to the group, and not open to new learners.
        Unprocessable: the seats would end before they begin.
    """
    if starts_at and expires_at and expires_at <= starts_at:
        raise Unprocessable(errors={"json": {"expires_at": ["Must be after `starts_at`."]}})
    groups.lock_open(group_id)
    given = _find(group_id, course_id)
    if given is None:
        seat_versions.open_versions([course_id])
        given = GroupCourse(group_id=group_id, course_id=course_id)
    given.mandatory, given.due_at, given.starts_at, given.expires_at = mandatory, due_at, starts_at, expires_at
    given.changed_at, given.closed_at = now(), None
    db.session.add(given)
    _record("group.course_given", group_id, course_id, by)
    return given


def take(group_id: int, course_id: str, *, by: int) -> None:
    """Take a course from a group, which ends the seats that its members have for this reason alone.

    Raises:
        NoSuchGroup, NotGivenToGroup: the group does not exist, or does not have the course.
    """
    groups.lock(group_id)
    given = _find(group_id, course_id)
    if given is None:
        raise NotGivenToGroup()
    db.session.delete(given)
    _record("group.course_taken", group_id, course_id, by)


def _find(group_id: int, course_id: str) -> GroupCourse | None:
    same = (GroupCourse.group_id == group_id, GroupCourse.course_id == course_id)
    return db.session.scalar(select(GroupCourse).where(*same))


def _record(action: str, group_id: int, course_id: str, by: int) -> None:
    audit.record(action, actor_id=by, target_kind="group", target_id=group_id, course_id=course_id)
    group_seats.request(group_id)
