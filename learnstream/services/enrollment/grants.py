"""Grants: the reasons for which users have seats in courses, given, changed and ended for many seats at once.

A user has access to a course exactly while one of the seat's grants is live. All functions take pairs of a user and a
course, lock their rows in `enrollments`, change the grants, and derive the rows in the same transaction. A transaction that
calls several of them locks all pairs at once first (`seat_rows.lock`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.models import Enrollment, GrantState, SeatGrant, SeatSource
from learnstream.services.enrollment import seat_rows
from learnstream.services.enrollment.seat_rows import Change, Locked, Pair, Versions
from learnstream.stores.sql import db

GRANTS = SeatGrant.__table__.c


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a user has a seat: `source_id` is the id of the group, program, order or invitation."""

    source: SeatSource
    source_id: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The time for which a grant counts: by default from now on, or since it began already, without an end."""

    starts_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The result of giving grants. The users in `barred` and `held` got none: they are barred from the course, or have a seat.

    Those in `freed` were barred, and no longer are.
    """

    change: Change
    barred: Sequence[Pair]
    held: Sequence[Pair]
    freed: Sequence[Pair]


ALWAYS = Period()


def give(
    pairs: Collection[Pair],
    reason: Reason,
    *,
    versions: Versions,
    period: Period = ALWAYS,
    restart: bool = False,
    unless_held_by: Collection[SeatSource] = (),
    lift_bar: bool = False,
    resume: bool = False,
) -> Given:
    """Give users seats for a reason. A grant for the same reason gets this period instead, so that this can be repeated.

    An order that was refunded gives no second grant.

    versions: of the courses, for seats that begin. The caller has locked the courses, as `open_versions` does.
    restart: whether a renewed seat restarts the count of days after which lessons open.
    unless_held_by: seats that are live for one of these reasons are left as they are.
    lift_bar: give a seat also to those who are barred, who no longer are then.
    resume: whether a suspended grant counts again.
    """
    seat_rows.add(pairs, reason.source, versions)
    rows = seat_rows.lock(pairs, versions)
    held = [row for row in rows if row.live and not row.sources.isdisjoint(unless_held_by)]
    barred = [] if lift_bar else [row for row in rows if row.barred]
    left_out = {row.id for row in (*held, *barred)}
    wanted = [row for row in rows if row.id not in left_out]
    freed = [row for row in wanted if row.barred]
    if freed:
        _set_bar(freed, None)
    _put(wanted, reason, period, resume=resume)
    change = seat_rows.derive(wanted, versions=versions, restart=restart)
    return Given(change, *([row.pair for row in some] for some in (barred, held, freed)))


def end(pairs: Collection[Pair], reason: Reason | None = None, *, ended_by: int | None = None) -> Change:
    """End the grants for a reason, or all of them. Seats with another live grant go on.

    ended_by: the user who does so; None for a job.
    """
    return end_locked(seat_rows.lock(pairs), reason, ended_by=ended_by)


def end_locked(rows: Collection[Locked], reason: Reason | None = None, *, ended_by: int | None = None) -> Change:
    """Do what `end` does for rows that are locked already."""
    return _change(rows, reason, {"ended_at": now(), "ended_by": ended_by})


def suspend(pairs: Collection[Pair], reason: Reason) -> Change:
    """Let the grants for a reason not count until they are resumed."""
    return _change(seat_rows.lock(pairs), reason, {"suspended_at": func.coalesce(SeatGrant.suspended_at, now())})


def resume(pairs: Collection[Pair], reason: Reason, *, versions: Versions) -> Change:
    """Let suspended grants count again. Seats that begin anew continue as they were, in these versions."""
    rows = seat_rows.lock(pairs, versions)
    return _change(rows, reason, {"suspended_at": None}, versions=versions, renews=False)


def reopen(pairs: Collection[Pair], reason: Reason, *, versions: Versions) -> Change:
    """Let grants count again that ended by themselves, as by a refund that then failed; not those that a user has ended.

    Seats that begin anew continue as they were, in these versions, unless the user was barred meanwhile.
    """
    rows = [row for row in seat_rows.lock(pairs, versions) if not row.barred]
    ended = and_(SeatGrant.is_for(reason.source, reason.source_id), SeatGrant.ended_by.is_(None))
    _update(rows, and_(SeatGrant.ended_at.is_not(None), ended), {"ended_at": None})
    return seat_rows.derive(rows, versions=versions, renews=False)


def bar(rows: Collection[Locked], *, barred_by: int) -> Change:
    """End all grants of locked rows, and let only administrators give new ones."""
    _set_bar(rows, now())
    return end_locked(rows, ended_by=barred_by)


def change_end(
    row: Locked, *, expires_at: datetime | None, grant_id: int | None = None, versions: Versions | None = None
) -> Change:
    """Change when a locked seat ends: by this grant, or by the one that holds longest and those that would hold longer.

    A seat that has expired continues, in these versions.
    """
    which = SeatGrant.id == grant_id if grant_id is not None else _deciding(row.pair, expires_at)
    _update([row], and_(which, SeatGrant.ended_at.is_(None)), {"expires_at": expires_at})
    return seat_rows.derive([row], versions=versions, renews=False)


def _deciding(pair: Pair, expires_at: datetime | None) -> ColumnElement[bool]:
    begun = and_(
        *(SeatGrant.user_id == pair[0], SeatGrant.course_id == pair[1], SeatGrant.ended_at.is_(None)),
        *(SeatGrant.suspended_at.is_(None), SeatGrant.starts_at <= now()),
    )
    longest = (
        select(SeatGrant.id).where(begun).order_by(SeatGrant.expires_at.desc().nulls_first(), SeatGrant.id).limit(1)
    )
    is_longest = SeatGrant.id == longest.scalar_subquery()
    if expires_at is None:
        return is_longest
    return and_(begun, or_(is_longest, SeatGrant.expires_at.is_(None), SeatGrant.expires_at > expires_at))


def of_seat(pair: Pair) -> Sequence[SeatGrant]:
    """Return all grants of a seat, the latest first."""
    user_id, course_id = pair
    query = select(SeatGrant).where(SeatGrant.user_id == user_id, SeatGrant.course_id == course_id)
    return db.session.scalars(query.order_by(SeatGrant.id.desc())).all()


def are_left(pair: Pair) -> bool:
    """Return whether a seat has a grant that may still count: live, upcoming or suspended."""
    return any(each.state(now()) not in {GrantState.ENDED, GrantState.EXPIRED} for each in of_seat(pair))


def _change(
    rows: Collection[Locked],
    reason: Reason | None,
    columns: dict[str, Any],
    *,
    versions: Versions | None = None,
    renews: bool = True,
) -> Change:
    same_reason = SeatGrant.is_for(reason.source, reason.source_id) if reason else true()
    _update(rows, and_(SeatGrant.ended_at.is_(None), same_reason), columns)
    return seat_rows.derive(rows, versions=versions, renews=renews)


def _update(rows: Iterable[Locked], which: ColumnElement[bool], columns: dict[str, Any]) -> None:
    seats = and_(SeatGrant.user_id == Enrollment.user_id, SeatGrant.course_id == Enrollment.course_id)
    ids = seat_rows.among(rows)
    db.session.execute(
        update(SeatGrant).where(ids, seats, which).values(**columns, updated_at=now()),
        execution_options={"synchronize_session": False},
    )


def _put(rows: Iterable[Locked], reason: Reason, period: Period, *, resume: bool) -> None:
    """Insert grants, or change those that have not ended."""
    at = now()
    seats = select(
        Enrollment.user_id,
        Enrollment.course_id,
        literal(reason.source, GRANTS.source.type),
        literal(reason.source_id, GRANTS.source_id.type),
        literal(period.starts_at or at, GRANTS.starts_at.type),
        literal(period.expires_at, GRANTS.expires_at.type),
        *(literal(at), literal(at)),
    ).where(seat_rows.among(rows))
    if reason.source is SeatSource.PAYMENT:
        seats = seats.where(~_is_spent(reason))
    names = ("user_id", "course_id", "source", "source_id", "starts_at", "expires_at", "created_at", "updated_at")
    statement = insert(SeatGrant).from_select(names, seats, include_defaults=False)
    given = statement.excluded
    # One that has expired begins again, as a new one would.
    starts_at = given.starts_at if period.starts_at else _start(given.starts_at, at)
    changes = {"starts_at": starts_at, "expires_at": given.expires_at, "updated_at": at}
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "course_id", "source", "source_id"],
            index_where=SeatGrant.ended_at.is_(None),
            set_=changes | ({"suspended_at": None} if resume else {}),
            where=or_(
                SeatGrant.starts_at != starts_at,
                SeatGrant.expires_at.is_distinct_from(given.expires_at),
                SeatGrant.suspended_at.is_not(None) if resume else literal(False),
            ),
        )
    )


def _start(given: ColumnElement[datetime], at: datetime) -> ColumnElement[datetime]:
    is_new = or_(SeatGrant.expires_at <= at, SeatGrant.starts_at > at)
    return case((is_new, given), else_=SeatGrant.starts_at)


def _is_spent(order: Reason) -> ColumnElement[bool]:
    """True if an order has given a seat that was ended, by a refund for instance."""
    given = (SeatGrant.source == order.source) & (SeatGrant.source_id == order.source_id)
    return select(SeatGrant.id).where(given, SeatGrant.ended_at.is_not(None)).exists()


def _set_bar(rows: Iterable[Locked], at: datetime | None) -> None:
    db.session.execute(
        update(Enrollment).where(seat_rows.among(rows)).values(barred_at=at, updated_at=now()),
        execution_options={"synchronize_session": False},
    )
