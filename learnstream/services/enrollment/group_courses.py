"""The courses that groups are given."""

from typing import Any

from sqlalchemy import select

from learnstream.errors.enrollment import NotGivenToGroup
from learnstream.models.group import GroupCourse
from learnstream.services.enrollment import groups, seat_requests, seat_versions
from learnstream.services.enrollment.group_terms import set_terms
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


def give(group_id: int, course_id: str, *, by: int, **terms: Any) -> GroupCourse:
    """Give a group a course, or replace the terms. Seats that could not be given are tried again.

    terms: those of `set_terms`.

    Raises:
        NoSuchGroup, GroupArchived: it does not exist, or is archived.
        NoSuchCourse, CourseArchived: the course is new to the group, and not open to new learners.
        Unprocessable: the seats would end before they begin.
    """
    groups.lock_open(group_id)
    given = _find(group_id, course_id)
    if given is None:
        seat_versions.open_versions([course_id])
        given = GroupCourse(group_id=group_id, course_id=course_id)
    set_terms(given, **terms)
    given.closed_at = None
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
    seat_requests.of_group(group_id, [course_id])
