"""Requests to bring the seats of programs and groups up to date, for all that a change concerns."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, true, update

from learnstream.clock import now
from learnstream.models import EventType
from learnstream.models.group import GroupCourse, GroupMember, GroupProgram
from learnstream.models.program import ProgramCourse, ProgramMember
from learnstream.services.enrollment import group_seats, program_seats
from learnstream.services.enrollment.owed_seats import OFFERS
from learnstream.services.foundation.followers import FeedEvent, follows
from learnstream.stores.sql import db


@follows(EventType.COURSE_COMPLETED, EventType.COURSE_PUBLISHED, EventType.COURSE_REOPENED, name="program-seats")
def follow(event: FeedEvent) -> None:
    """Have the next course given to who has completed one, and a course to all when it opens."""
    course_id = event.data["course_id"]
    if event.type is EventType.COURSE_COMPLETED:
        of_learner(event.data["user_id"], course_id, OFFERS.c.sequential)
        return
    for table in (GroupCourse, ProgramCourse):
        db.session.execute(update(table).where(table.course_id == course_id).values(closed_at=None))
    for program_id in _programs_with(course_id):
        program_seats.request(program_id)
    group_seats.request(*_groups_with(course_id))


def of_learner(user_id: int, course_id: str, offer: ColumnElement[bool] | None = None) -> None:
    """Have a learner's seats brought up to date in all programs and groups that have to do with a course.

    offer: the ways in which groups are given the course that matter; by default all.
    """
    in_program = ProgramCourse.program_id.in_(select(ProgramMember.program_id).where(ProgramMember.user_id == user_id))
    for program_id in _programs_with(course_id, in_program):
        program_seats.request(program_id, user_id=user_id)
    in_group = select(GroupMember.group_id).where(GroupMember.user_id == user_id, GroupMember.left_at.is_(None))
    of_member = OFFERS.c.group_id.in_(in_group)
    group_seats.request(*_groups_with(course_id, of_member, true() if offer is None else offer), user_id=user_id)


def of_program(program_id: int, changed_course_ids: Collection[str] = ()) -> None:
    """Have the seats of a program brought up to date: its learners', and those of groups that are given it.

    changed_course_ids: courses that it contains for others than before.
    """
    program_seats.request(program_id)
    given = select(GroupProgram.group_id).where(GroupProgram.program_id == program_id).order_by(GroupProgram.group_id)
    group_ids = db.session.scalars(given).all()
    if group_ids and changed_course_ids:
        _renew_dates(group_ids, changed_course_ids, besides=program_id)
    group_seats.request(*group_ids)


def of_group(group_id: int, changed_course_ids: Collection[str], *, besides: int | None = None) -> None:
    """Have a group's seats brought up to date after it was given courses, or they were taken from it.

    besides: the program of which the courses are, if any.
    """
    _renew_dates([group_id], changed_course_ids, besides=besides)
    group_seats.request(group_id)


def _programs_with(course_id: str, *conditions: ColumnElement[bool]) -> Sequence[int]:
    programs = select(ProgramCourse.program_id).where(ProgramCourse.course_id == course_id, *conditions)
    return db.session.scalars(programs.order_by(ProgramCourse.program_id)).all()


def _groups_with(course_id: str, *conditions: ColumnElement[bool]) -> Sequence[int]:
    groups = select(OFFERS.c.group_id).where(OFFERS.c.course_id == course_id, *conditions).distinct()
    return db.session.scalars(groups.order_by(OFFERS.c.group_id)).all()


def _renew_dates(group_ids: Collection[int], course_ids: Collection[str], *, besides: int | None) -> None:
    """Have the seats that groups have given get new dates, where the groups are given the courses in other ways too."""
    overlapping = select(ProgramCourse.program_id).where(ProgramCourse.course_id.in_(course_ids))
    _set_changed(GroupCourse, GroupCourse.group_id.in_(group_ids), GroupCourse.course_id.in_(course_ids))
    _set_changed(
        GroupProgram,
        GroupProgram.group_id.in_(group_ids),
        GroupProgram.program_id.in_(overlapping),
        GroupProgram.program_id.is_distinct_from(besides),
    )


def _set_changed(table: Any, *conditions: ColumnElement[bool]) -> None:
    # Locked in one order: two programs that share groups may change at once.
    ids = db.session.scalars(select(table.id).where(*conditions).order_by(table.id).with_for_update(of=table)).all()
    db.session.execute(update(table).where(table.id.in_(ids)).values(changed_at=now()))
