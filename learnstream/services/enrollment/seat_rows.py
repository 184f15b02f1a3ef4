"""The rows of `enrollments`: locked while the grants of their seats change, and then derived from them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, String, TableValuedAlias, any_, case, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from learnstream.clock import now
from learnstream.models import Enrollment, EventType, SeatSource, SeatStatus
from learnstream.models.seat_derivation import Derivation
from learnstream.policies import entitlements
from learnstream.services.foundation import events, locks
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db

Pair = tuple[int, str]  # a user and a course
Versions = Mapping[str, int]  # of the courses in which seats may begin
NEW_ROW = ("user_id", "course_id", "course_version", "source", "sources", "status", "enrolled_at", "ended_at")


@dataclass(frozen=True, slots=True)
class Locked:
    """A row as it was before the grants of its seat change."""

    id: int
    pair: Pair
    live: bool
    barred: bool
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of a change of grants on seats: those that have begun, those that are over, and all that differ."""

    begun: Sequence[Enrollment]
    over: Sequence[Enrollment]
    all: Mapping[Pair, Enrollment]


def add(pairs: Collection[Pair], source: SeatSource, versions: Versions) -> None:
    """Insert the rows that seats lack, withdrawn until a grant is live. The caller must have locked the courses."""
    if not pairs:
        return
    wanted, columns, at = unnest(pairs), Enrollment.__table__.c, now()
    rows = select(
        wanted.c.user_id,
        wanted.c.course_id,
        case(dict(versions), value=wanted.c.course_id),
        literal(source, columns.source.type),
        literal([source], columns.sources.type),
        literal(SeatStatus.WITHDRAWN, columns.status.type),
        *(literal(at), literal(at), literal(at), literal(1)),
    )
    # In a fixed order: a row that another transaction is inserting is waited for.
    ordered = rows.order_by(wanted.c.user_id, wanted.c.course_id)
    db.session.execute(
        insert(Enrollment)
        .from_select([*NEW_ROW, "updated_at", "derivation"], ordered, include_defaults=False)
        .on_conflict_do_nothing()
    )


def lock(pairs: Collection[Pair], versions: Versions | None = None) -> list[Locked]:
    """Lock the rows of these seats until the transaction ends; return those that exist, up to date.

    Their courses are locked first, as by publishing, and then the rows in a fixed order. A transaction that calls this
    several times must call it first for all of its pairs.

    versions: of the courses, if the caller has locked them already.
    """
    if versions is None:
        locks.lock_courses_shared({course_id for _, course_id in pairs})
    rows, due = _lock(pairs)
    if due:
        derive(rows, versions=versions)
        rows, _ = _lock(pairs)
    return rows


def _lock(pairs: Collection[Pair]) -> tuple[list[Locked], bool]:
    wanted, at = unnest(pairs), now()
    query = (
        select(
            *(Enrollment.id, Enrollment.user_id, Enrollment.course_id, Enrollment.sources, Enrollment.barred_at),
            Enrollment.is_live(at).label("live"),
            (Enrollment.next_change_at <= at).label("due"),
        )
        .join(wanted, (Enrollment.user_id == wanted.c.user_id) & (Enrollment.course_id == wanted.c.course_id))
        .order_by(Enrollment.id)
    )
    found = db.session.execute(query.with_for_update(of=Enrollment)).all()
    rows = [
        Locked(row.id, (row.user_id, row.course_id), row.live, row.barred_at is not None, frozenset(row.sources))
        for row in found
    ]
    return rows, any(row.due for row in found)


def derive(
    rows: Collection[Locked], *, versions: Versions | None = None, renews: bool = True, restart: bool = False
) -> Change:
    """Derive locked rows from their grants, invalidate the facts of those that differ, and record events.

    versions: of seats that begin; without it, they continue in theirs. `renews` and `restart` are those of
    `Derivation.columns`.
    """
    at = now()
    derivation = Derivation(among(rows), at)
    version = case(dict(versions), value=Enrollment.course_id) if versions else Enrollment.course_version
    changed = db.session.scalars(
        update(Enrollment)
        .where(derivation.matches, derivation.differs())
        .values(
            **derivation.columns(renews=renews, restart=restart),
            course_version=case((derivation.begins, version), else_=Enrollment.course_version),
            derivation=Enrollment.derivation + 1,
            updated_at=at,
        )
        .returning(Enrollment),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()
    return _publish(rows, changed, at)


def _publish(rows: Iterable[Locked], changed: Sequence[Enrollment], at: datetime) -> Change:
    were_live = {row.id for row in rows if row.live}
    begun = [seat for seat in changed if seat.opens(at) and seat.id not in were_live]
    over = [seat for seat in changed if not seat.opens(at) and seat.id in were_live]
    entitlements.seats_changed((seat.user_id, seat.course_id) for seat in changed)
    events.record_all(
        [
            *(_event(EventType.ENROLLMENT_CREATED, seat) for seat in begun),
            *(_event(EventType.ENROLLMENT_WITHDRAWN, seat) for seat in over),
        ]
    )
    return Change(begun, over, {(seat.user_id, seat.course_id): seat for seat in changed})


def _event(event_type: EventType, seat: Enrollment) -> NewEvent:
    # An enrollment may be created and withdrawn repeatedly: the number of its derivation makes each event's key unique.
    return NewEvent(
        id=f"{event_type}:{seat.id}:{seat.derivation}",
        type=event_type,
        data={
            "enrollment_id": seat.id,
            "user_id": seat.user_id,
            "course_id": seat.course_id,
            "version": seat.course_version,
            "source": seat.source.value,
        },
    )


def among(rows: Iterable[Locked]) -> ColumnElement[bool]:
    """True for these rows; one parameter, however many they are."""
    return Enrollment.id == any_(literal([row.id for row in rows], ARRAY(BigInteger)))


def unnest(pairs: Collection[Pair]) -> TableValuedAlias:
    """Return pairs as a table `wanted`."""
    # Two parameters, however many pairs there are: a list of thousands takes long to compile and to plan.
    distinct = dict.fromkeys(pairs)
    users, courses = [user_id for user_id, _ in distinct], [course_id for _, course_id in distinct]
    arrays = (literal(users, ARRAY(BigInteger)), literal(courses, ARRAY(String)))
    return func.unnest(*arrays).table_valued("user_id", "course_id", name="wanted").render_derived()
