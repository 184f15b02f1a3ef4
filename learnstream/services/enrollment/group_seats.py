"""The seats of groups' members, which a command gives and ends until they are as memberships, courses and programs say.

The command compares what a group is owed with the grants that it has, so that it can be repeated, and goes on where it
was interrupted: what is due is counted anew, not remembered.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import Row, case, delete, func, select, update

from learnstream.clock import now
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import CourseArchived
from learnstream.models import SeatSource
from learnstream.models.group import Group, GroupCourse, GroupMember, GroupProgram
from learnstream.models.program import Program, ProgramCourse
from learnstream.services.enrollment import grants, seat_rows, seat_versions
from learnstream.services.enrollment.grants import Period, Reason
from learnstream.services.enrollment.owed_seats import OFFERS, OwedSeats, no_longer_owed
from learnstream.services.enrollment.seat_rows import Pair
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

TOPIC = "groups.seats"
BATCH = 500  # seats in a transaction
# Seconds after which the rest is left to another message: less than the lease of a message.
LONGEST = 60.0


def request(*group_ids: int, user_id: int | None = None) -> None:
    """Have the seats of groups changed as soon as the transaction has committed.

    user_id: the member for whom seats may be due; by default all, and seats that are not owed any more are ended too.
    """
    for group_id in group_ids:
        outbox.add(TOPIC, group_id=group_id, user_id=user_id)


def count(group_id: int) -> dict[str, int]:
    """Return how many of a group's seats are yet to be given or ended, are as they should be, and cannot be given.

    The last are those of users who are barred, and in courses that are not open to new learners.
    """
    owed = OwedSeats(GroupMember.group_id == group_id)
    seats = owed.select(
        case((owed.fails, "failed"), (owed.is_due(now()), "due"), else_="done").label("state")
    ).subquery()
    by_state = db.session.execute(select(seats.c.state, func.count().label("number")).group_by(seats.c.state))
    counts = {"due": 0, "done": 0, "failed": 0} | {row.state: row.number for row in by_state}
    surplus = db.session.scalar(select(func.count()).select_from(no_longer_owed(group_id).subquery())) or 0
    return counts | {"due": counts["due"] + surplus}


@outbox.handles(TOPIC, give_up_after=timedelta(hours=24))
def carry_out(payload: dict[str, Any]) -> None:
    """Give and end a group's seats, one transaction per batch; leave what takes too long to another message."""
    # The release before wrote no user.
    group_id, user_id, deadline = payload["group_id"], payload.get("user_id"), monotonic() + LONGEST
    while _give_batch(group_id, user_id) or (user_id is None and _end_batch(group_id)):
        db.session.commit()
        if monotonic() > deadline:
            request(group_id, user_id=user_id)
            return
    db.session.execute(delete(Group).where(Group.id == group_id, Group.deleted_at.is_not(None)))


def _give_batch(group_id: int, user_id: int | None = None) -> bool:
    """Give seats in a course that the group owes, or change their dates; return whether there were any."""
    _lock_shared(group_id)
    of_member = [GroupMember.user_id == user_id] if user_id is not None else []
    owed = OwedSeats(GroupMember.group_id == group_id, *of_member)
    seat = owed.seat.c
    alike = (seat.course_id, owed.is_new.label("is_new"), seat.starts_at, seat.expires_at)
    due = owed.due(seat.user_id, *alike, at=now()).order_by(*alike, seat.user_id)
    rows = db.session.execute(due.limit(BATCH)).all()
    if rows:
        _give(group_id, [row for row in rows if row[1:] == rows[0][1:]])
    return bool(rows)


def _give(group_id: int, rows: Sequence[Row[Any]]) -> None:
    """Give members seats in the same course with the same dates."""
    given = rows[0]
    versions_of = seat_versions.open_versions if given.is_new else seat_versions.current_versions
    try:
        versions = versions_of([given.course_id])
    except (NoSuchCourse, CourseArchived):
        _close(group_id, given.course_id)
        return
    grants.give(
        [(row.user_id, given.course_id) for row in rows],
        Reason(SeatSource.GROUP, group_id),
        versions=versions,
        period=Period(given.starts_at, given.expires_at),
    )


def _close(group_id: int, course_id: str) -> None:
    """Record that a course that a group is given is not open to new learners."""
    programs = select(GroupProgram.program_id).where(GroupProgram.group_id == group_id)
    for table, of_group in (
        (GroupCourse, GroupCourse.group_id == group_id),
        (ProgramCourse, ProgramCourse.program_id.in_(programs)),
    ):
        closed = update(table).where(of_group, table.course_id == course_id).values(closed_at=now())
        db.session.execute(closed, execution_options={"synchronize_session": False})


def _end_batch(group_id: int) -> bool:
    """End seats that the group does not owe any more; return whether there were any.

    If another group owes some of them, it gives them first: a course stays open to a member who moves.
    """
    pairs = [(row.user_id, row.course_id) for row in db.session.execute(no_longer_owed(group_id).limit(BATCH))]
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
    """Keep a group's members, courses and programs as they are until the transaction ends."""
    db.session.execute(select(Group.id).where(Group.id == group_id).with_for_update(read=True))
    given = select(GroupProgram.program_id).where(GroupProgram.group_id == group_id)
    programs = select(Program.id).where(Program.id.in_(given)).order_by(Program.id)
    db.session.execute(programs.with_for_update(read=True))


def _owing(pairs: Collection[Pair], *, besides: int) -> int | None:
    """Return another group that is yet to give one of these seats, if there is one."""
    wanted = seat_rows.unnest(pairs).c
    owed = OwedSeats(
        GroupMember.user_id == wanted.user_id,
        OFFERS.c.course_id == wanted.course_id,
        GroupMember.group_id != besides,
    )
    return db.session.scalar(owed.due(owed.seat.c.group_id, at=now()).limit(1))
