"""The seats that groups owe their members, with the grants that they have given, as SQL."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from learnstream.models import Enrollment, SeatGrant, SeatSource
from learnstream.models.group import Group, GroupCourse, GroupMember, GroupProgram
from learnstream.models.program import Program, ProgramCourse
from learnstream.services.enrollment.grants import Reason
from learnstream.services.enrollment.seat_queries import completed_before, exists, surplus

# The ways in which groups are given courses: by themselves, and as parts of programs.
OFFERS = union_all(
    select(
        GroupCourse.group_id,
        GroupCourse.course_id,
        *(GroupCourse.starts_at, GroupCourse.expires_at, GroupCourse.changed_at, GroupCourse.closed_at),
        cast(null(), BigInteger).label("program_id"),
        cast(null(), Integer).label("position"),
        false().label("sequential"),
    ),
    select(
        GroupProgram.group_id,
        ProgramCourse.course_id,
        *(GroupProgram.starts_at, GroupProgram.expires_at, GroupProgram.changed_at, ProgramCourse.closed_at),
        *(ProgramCourse.program_id, ProgramCourse.position, Program.sequential),
    )
    .join(Program, Program.id == GroupProgram.program_id)
    .join(ProgramCourse, ProgramCourse.program_id == GroupProgram.program_id),
).subquery("offers")


class OwedSeats:
    """The seats that groups owe members, of those rows of `GroupMember` and `OFFERS` that meet conditions.

    A course that a member has in several ways is owed from the earliest of their starts until the latest of their ends.
    """

    def __init__(self, *which: ColumnElement[bool]) -> None:
        self.seat = _owed(*which)
        # What a group has given for a seat, and the seat.
        self.given = self._look_up(SeatGrant, *_given_by_group(self.seat.c.group_id))
        self.row = self._look_up(Enrollment)

    def _look_up(self, entity: Any, *conditions: ColumnElement[bool]) -> Any:
        """Return an entity's row for each seat, looked up one by one in an index.

        As plain joins, the plan compared all rows with each other while PostgreSQL's statistics were older than an
        import: 5,000 members of 4 courses then took minutes.
        """
        of_seat = (entity.user_id == self.seat.c.user_id, entity.course_id == self.seat.c.course_id)
        found = select(entity).where(*of_seat, *conditions).correlate(self.seat).limit(1)
        return aliased(entity, found.lateral())

    def select(self, *columns: Any) -> Select[Any]:
        """Select from the seats, with the grants that groups have given."""
        return select(*columns).select_from(self.seat).outerjoin(self.given, true()).outerjoin(self.row, true())

    def due(self, *columns: Any, at: datetime) -> Select[Any]:
        """Select from the seats that are to be given, or whose dates are to change."""
        return self.select(*columns).where(self.is_due(at), ~self.fails)

    @property
    def is_new(self) -> ColumnElement[bool]:
        """True if a group has not given the seat yet."""
        return self.given.id.is_(None)

    @property
    def fails(self) -> ColumnElement[bool]:
        """True if the member is barred, or the course not open to new learners."""
        return or_(self.row.barred_at.is_not(None), and_(self.is_new, self.seat.c.is_closed))

    def is_due(self, at: datetime) -> ColumnElement[bool]:
        """True if there is no grant, or one with other dates from before the dates were set."""
        owed, given = self.seat.c, self.given
        missing = and_(self.is_new, or_(owed.expires_at.is_(None), owed.expires_at > at))
        differs = or_(
            given.expires_at.is_distinct_from(owed.expires_at),
            and_(owed.starts_at.is_not(None), given.starts_at != owed.starts_at),
            and_(owed.starts_at.is_(None), given.starts_at > at),
        )
        return or_(missing, and_(~self.is_new, given.updated_at < owed.changed_at, differs))


def no_longer_owed(group_id: int) -> Select[int, str]:
    """Select the seats that a group has given and does not owe any more."""
    of_group = OFFERS.c.group_id == SeatGrant.source_id
    present = (GroupMember.group_id == SeatGrant.source_id, GroupMember.left_at.is_(None))
    return surplus(
        Reason(SeatSource.GROUP, group_id),
        exists(GroupMember, *present, GroupMember.user_id == SeatGrant.user_id),
        exists(OFFERS, of_group, OFFERS.c.course_id == SeatGrant.course_id),
        exists(Group, Group.id == SeatGrant.source_id, Group.is_active()),
    )


def _owed(*which: ColumnElement[bool]) -> FromClause:
    """Select the seats; those that were given before a program became sequential have its dates until they are reached."""
    way = _ways(*which).c
    return (
        select(
            *(way.group_id, way.user_id, way.course_id),
            _unless_open(func.min, way.starts_at, way.is_reached).label("starts_at"),
            _unless_open(func.max, way.expires_at, way.is_reached).label("expires_at"),
            _of_reached(func.max(way.changed_at), way.is_reached).label("changed_at"),
            func.bool_and(way.closed_at.is_not(None)).label("is_closed"),
        )
        .group_by(way.group_id, way.user_id, way.course_id)
        .subquery("owed")
    )


def _ways(*which: ColumnElement[bool]) -> FromClause:
    """Select each way in which members have a course: those that they have reached, and those that were given before."""
    offer, completed = OFFERS.c, completed_before(OFFERS.c, GroupMember.user_id)
    is_reached = or_(~offer.sequential, offer.position == 0, completed.is_not(None))
    of_seat = (SeatGrant.user_id == GroupMember.user_id, SeatGrant.course_id == offer.course_id)
    was_given = exists(SeatGrant, *of_seat, *_given_by_group(GroupMember.group_id))
    # A course of a sequential program that a member has reached counts from when they did.
    changed_at = case((offer.sequential, func.greatest(offer.changed_at, completed)), else_=offer.changed_at)
    columns = (offer.course_id, offer.starts_at, offer.expires_at, offer.closed_at)
    ways = (
        select(GroupMember.group_id, GroupMember.user_id, *columns)
        .add_columns(changed_at.label("changed_at"), is_reached.label("is_reached"))
        .join(Group, Group.id == GroupMember.group_id)
        .join(OFFERS, offer.group_id == GroupMember.group_id)
        .where(GroupMember.left_at.is_(None), Group.is_active(), or_(is_reached, was_given), *which)
    )
    return ways.subquery("ways")


def _given_by_group(group_id: Any) -> tuple[ColumnElement[bool], ...]:
    return (SeatGrant.source == SeatSource.GROUP, SeatGrant.source_id == group_id, SeatGrant.ended_at.is_(None))


def _unless_open(extreme: Callable[[Any], Any], instant: Any, is_reached: Any) -> ColumnElement[Any]:
    """Return the first or last of instants; NULL if one of them is."""
    is_open = _of_reached(func.bool_or(instant.is_(None)), is_reached)
    return case((is_open, None), else_=_of_reached(extreme(instant), is_reached))


def _of_reached(aggregate: Any, is_reached: Any) -> ColumnElement[Any]:
    """Return the aggregate of the ways that are reached; of all, if none is."""
    return case((func.bool_or(is_reached), aggregate.filter(is_reached)), else_=aggregate)
