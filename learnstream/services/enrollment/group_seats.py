"""The seats of groups' members, which a command gives and ends until they are as memberships and courses say.

The command compares what a group is owed with the grants that it has, so that it can be repeated, and goes on where it
was interrupted: what is due is counted anew, not remembered.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select, true
from sqlalchemy.orm import aliased

from learnstream.clock import now
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import CourseArchived
from learnstream.models import Enrollment, SeatGrant, SeatSource
from learnstream.models.group import Group, GroupCourse, GroupMember
from learnstream.services.enrollment import grants, seat_rows, seat_versions
from learnstream.services.enrollment.grants import Period, Reason
from learnstream.services.enrollment.seat_rows import Pair
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

TOPIC = "groups.seats"
BATCH = 500  # seats in a transaction
# Seconds after which the rest is left to another message: less than the lease of a message.
LONGEST = 60.0


def _look_up(entity: Any, *conditions: ColumnElement[bool]) -> Any:
    """Return an entity's row for each member and course of a group, looked up one by one in an index.

    As plain joins, the plan compared all rows with each other while PostgreSQL's statistics were older than an import:
    5,000 members of 4 courses then took minutes.
    """
    found = select(entity).where(*conditions).correlate(GroupMember, GroupCourse).limit(1)
    return aliased(entity, found.lateral())


# What a group has given for a seat, and the seat.
Given = _look_up(
    SeatGrant,
    SeatGrant.user_id == GroupMember.user_id,
    SeatGrant.course_id == GroupCourse.course_id,
    SeatGrant.source == SeatSource.GROUP,
    SeatGrant.source_id == GroupCourse.group_id,
    SeatGrant.ended_at.is_(None),
)
Seat = _look_up(Enrollment, Enrollment.user_id == GroupMember.user_id, Enrollment.course_id == GroupCourse.course_id)
IS_WANTED = and_(GroupMember.left_at.is_(None), Group.is_active())


def request(*group_ids: int) -> None:
    """Have the seats of groups changed as soon as the transaction has committed."""
    for group_id in group_ids:
        outbox.add(TOPIC, group_id=group_id)


def count(group_id: int) -> dict[str, int]:
    """Return how many of a group's seats are yet to be given or ended, are as they should be, and cannot be given.

    The last are those of users who are barred, and in courses that are not open to new learners.
    """
    state = case((_fails(), "failed"), (_is_due(now()), "due"), else_="done").label("state")
    seats = _seats(state).where(GroupCourse.group_id == group_id).subquery()
    by_state = db.session.execute(select(seats.c.state, func.count().label("number")).group_by(seats.c.state))
    counts = {"due": 0, "done": 0, "failed": 0} | {row.state: row.number for row in by_state}
    surplus = db.session.scalar(select(func.count()).select_from(_surplus(group_id).subquery())) or 0
    return counts | {"due": counts["due"] + surplus}


@outbox.handles(TOPIC, give_up_after=timedelta(hours=24))
def carry_out(payload: dict[str, Any]) -> None:
    """Give and end a group's seats, one transaction per batch; leave what takes too long to another message."""
    group_id, deadline = payload["group_id"], monotonic() + LONGEST
    while _give_batch(group_id) or _end_batch(group_id):
        db.session.commit()
        if monotonic() > deadline:
            request(group_id)
            return
    db.session.execute(delete(Group).where(Group.id == group_id, Group.deleted_at.is_not(None)))


def _give_batch(group_id: int) -> bool:
    """Give seats in a course that the group owes, or change their dates; return whether there were any."""
    _lock_shared(group_id)
    due = (
        _due(GroupCourse.id, GroupMember.user_id, Given.id.is_(None).label("is_new"))
        .where(GroupCourse.group_id == group_id)
        .order_by(GroupCourse.id, Given.id.is_(None), GroupMember.user_id)
    )
    rows = db.session.execute(due.limit(BATCH)).all()
    if rows:
        first = rows[0]
        user_ids = [row.user_id for row in rows if (row.id, row.is_new) == (first.id, first.is_new)]
        _give(db.session.get_one(GroupCourse, first.id, populate_existing=True), user_ids, is_new=first.is_new)
    return bool(rows)


def _give(given: GroupCourse, user_ids: Collection[int], *, is_new: bool) -> None:
    course_ids = [given.course_id]
    try:
        versions = seat_versions.open_versions(course_ids) if is_new else seat_versions.current_versions(course_ids)
    except (NoSuchCourse, CourseArchived):
        given.closed_at = now()
        return
    grants.give(
        [(user_id, given.course_id) for user_id in user_ids],
        Reason(SeatSource.GROUP, given.group_id),
        versions=versions,
        period=Period(given.starts_at, given.expires_at),
    )


def _end_batch(group_id: int) -> bool:
    """End seats that the group does not owe any more; return whether there were any.

    If another group owes some of them, it gives them first: a course stays open to a member who moves.
    """
    pairs = [(row.user_id, row.course_id) for row in db.session.execute(_surplus(group_id).limit(BATCH))]
    if not pairs:
        return False
    other = _owing(pairs, besides=group_id)
    if other is None:
        grants.end(pairs, Reason(SeatSource.GROUP, group_id))
        return True
    # One lock at a time: an administrator's transaction may have locked the other group, and wait for this one.
    db.session.commit()
    _give_batch(other)
    return True


def _lock_shared(group_id: int) -> None:
    """Keep a group's members and courses as they are until the transaction ends."""
    db.session.execute(select(Group.id).where(Group.id == group_id).with_for_update(read=True))


def _owing(pairs: Collection[Pair], *, besides: int) -> int | None:
    """Return another group that is yet to give one of these seats, if there is one."""
    wanted = seat_rows.unnest(pairs)
    same = and_(GroupMember.user_id == wanted.c.user_id, GroupCourse.course_id == wanted.c.course_id)
    owed = _due(GroupCourse.group_id).join(wanted, same).where(GroupCourse.group_id != besides)
    return db.session.scalar(owed.limit(1))


def _due(*columns: Any) -> Select[Any]:
    return _seats(*columns).where(_is_due(now()), ~_fails())


def _seats(*columns: Any) -> Select[Any]:
    """Select from the seats that groups owe, with the grants that they have given."""
    return (
        select(*columns)
        .select_from(GroupMember)
        .join(Group, Group.id == GroupMember.group_id)
        .join(GroupCourse, GroupCourse.group_id == GroupMember.group_id)
        .outerjoin(Given, true())
        .outerjoin(Seat, true())
        .where(IS_WANTED)
    )


def _surplus(group_id: int) -> Select[int, str]:
    """Select the seats that a group has given and does not owe."""
    # Three look-ups in unique indexes for each grant: as one join, the plan compared each grant with all members, and
    # 2,500 seats took 3 s instead of less than 0.03.
    is_member = _exists(
        GroupMember.group_id == SeatGrant.source_id,
        GroupMember.user_id == SeatGrant.user_id,
        GroupMember.left_at.is_(None),
    )
    has_course = _exists(GroupCourse.group_id == SeatGrant.source_id, GroupCourse.course_id == SeatGrant.course_id)
    is_active = _exists(Group.id == SeatGrant.source_id, Group.is_active())
    given = (SeatGrant.source == SeatSource.GROUP, SeatGrant.source_id == group_id, SeatGrant.ended_at.is_(None))
    return (
        select(SeatGrant.user_id, SeatGrant.course_id)
        .where(*given, ~and_(is_member, has_course, is_active))
        .order_by(SeatGrant.id)
    )


def _exists(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(1).where(*conditions).correlate(SeatGrant).exists()


def _fails() -> ColumnElement[bool]:
    closed = and_(Given.id.is_(None), GroupCourse.closed_at.is_not(None))
    return or_(Seat.barred_at.is_not(None), closed)


def _is_due(at: datetime) -> ColumnElement[bool]:
    """True if there is no grant, or one with other dates from before the dates were set."""
    is_over = GroupCourse.expires_at <= at
    missing = and_(Given.id.is_(None), or_(GroupCourse.expires_at.is_(None), ~is_over))
    starts_late = and_(GroupCourse.starts_at.is_(None), Given.starts_at > at)
    differs = or_(
        Given.expires_at.is_distinct_from(GroupCourse.expires_at),
        and_(GroupCourse.starts_at.is_not(None), Given.starts_at != GroupCourse.starts_at),
        starts_late,
    )
    return or_(missing, and_(Given.id.is_not(None), Given.updated_at < GroupCourse.changed_at, differs))
