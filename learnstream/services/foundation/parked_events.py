"""Events that followers gave up on: parked, until an administrator has them retried or skipped."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.foundation import NoSuchParkedEvent
from learnstream.models import Event, ParkedEvent
from learnstream.services.foundation import audit
from learnstream.services.foundation.followers import registered
from learnstream.services.foundation.lists import tuples_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import after_commit, db

OLDEST = Columns((ParkedEvent.id,))
COLUMNS = ("id", "follower", "position", "tries", "last_error", "parked_at", "retry_at")


@dataclass(frozen=True, slots=True)
class Retry:
    """A parked event to be retried; `event` is None if its retention has ended."""

    id: int
    event: Event | None


def park(follower: str, position: int, tries: int, error: str) -> None:
    """Park an event, in the transaction that moves the follower past it."""
    columns: dict[str, Any] = {"tries": tries, "last_error": error, "parked_at": now(), "retry_at": None}
    row = insert(ParkedEvent).values(follower=follower, position=position, **columns)
    # After a replay, it may have been parked before.
    db.session.execute(row.on_conflict_do_update(index_elements=["follower", "position"], set_=columns))


def next_retry(follower: str) -> Retry | None:
    """Return the first event of a follower that is to be retried."""
    found = (
        select(ParkedEvent.id, Event)
        .outerjoin(Event, Event.position == ParkedEvent.position)
        .where(ParkedEvent.follower == follower, ParkedEvent.retry_at.is_not(None))
    )
    row = db.session.execute(found.order_by(ParkedEvent.position).limit(1)).first()
    return Retry(*row) if row else None


def fail_again(parked_id: int, error: str) -> None:
    """Note that a retry has failed."""
    failed = {"tries": ParkedEvent.tries + 1, "last_error": error, "retry_at": None}
    db.session.execute(update(ParkedEvent).where(ParkedEvent.id == parked_id).values(failed))


def remove(parked_id: int) -> bool:
    """Remove an event that has been handled; return False if it was not parked any more."""
    removed = delete(ParkedEvent).where(ParkedEvent.id == parked_id).returning(ParkedEvent.id)
    return db.session.scalar(removed) is not None


def browse(*, part: Part, follower: str | None = None) -> Found[dict[str, Any]]:
    """Return a part of the parked events, of one follower or of all, in the order in which they were parked."""
    query = select(ParkedEvent, Event).outerjoin(Event, Event.position == ParkedEvent.position)
    if follower is not None:
        query = query.where(ParkedEvent.follower == follower)
    found = tuples_of(query, OLDEST, part)
    return found.showing([_shown(*each) for each in found.entries])


def retry(parked_id: int, *, by: int) -> dict[str, Any]:
    """Have the follower try a parked event again, once and at once, without changing its cursor.

    Raises:
        NoSuchParkedEvent: there is no such parked event.
    """
    parked, event = _lock(parked_id)
    parked.retry_at = now()
    _record("parked_event.retried", parked, event, by)
    if parked.follower in registered:
        after_commit(registered[parked.follower].wake)
    return _shown(parked, event)


def skip(parked_id: int, *, by: int) -> None:
    """Remove a parked event, which its follower will not handle.

    Raises:
        NoSuchParkedEvent: there is no such parked event.
    """
    parked, event = _lock(parked_id)
    _record("parked_event.skipped", parked, event, by)
    db.session.delete(parked)
    db.session.flush()


def _lock(parked_id: int) -> tuple[ParkedEvent, Event | None]:
    parked = db.session.get(ParkedEvent, parked_id, with_for_update=True, populate_existing=True)
    if parked is None:
        raise NoSuchParkedEvent()
    return parked, db.session.scalar(select(Event).where(Event.position == parked.position))


def _record(action: str, parked: ParkedEvent, event: Event | None, by: int) -> None:
    details = {"position": parked.position, "event_id": event and event.event_id, "last_error": parked.last_error}
    audit.record(action, actor_id=by, target_kind="follower", target_id=parked.follower, **details)
    db.session.flush()


def _shown(parked: ParkedEvent, event: Event | None) -> dict[str, Any]:
    shown: dict[str, Any] = {name: getattr(parked, name) for name in COLUMNS}
    return shown | {"event_id": event and event.event_id, "type": event and event.type}
