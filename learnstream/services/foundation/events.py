"""The event feed: events are recorded in the causing transaction, published in a total order, and kept for a while.

A transaction that begins early may commit late, so neither row ids nor timestamps can order the feed: a client that has
read past them would miss the event. The position in the feed is therefore assigned after the commit, by one publisher
at a time, without gaps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.foundation import EVENTS_KEPT, EventsGone
from learnstream.models import Event, EventType, Follower, ParkedEvent
from learnstream.services.foundation import followers, locks, tasks
from learnstream.stores.sql import after_commit, db

RELAY_TASK = "learnstream.relay_outbox"
BATCH = 1000
# For how long events at most outlive their retention while a follower still has to handle them.
KEPT_FOR_FOLLOWERS = 2 * EVENTS_KEPT


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to record. `id` is unique: an event with the id of an earlier one is not recorded again."""

    id: str
    type: str
    data: dict[str, Any]
    at: datetime = field(default_factory=now)


def record(event_type: EventType, key: str, *, at: datetime | None = None, **data: Any) -> None:
    """Record an event in the present transaction; `key` is unique among events of its type."""
    record_all([NewEvent(f"{event_type}:{key}", event_type, data, at or now())])


def record_change(event_type: EventType, subject: int | str, **data: Any) -> None:
    """Record an event that may happen to its subject any number of times, each with a random key."""
    record(event_type, f"{subject}:{token_hex(8)}", **data)


def record_all(events: Sequence[NewEvent]) -> int:
    """Record the events that are not recorded yet; return their number."""
    if not events:
        return 0
    # Sorted, so that two transactions that record the same events cannot deadlock.
    ordered = sorted(events, key=lambda each: (each.at, each.id))
    rows = [{"event_id": each.id, "type": each.type, "data": each.data, "occurred_at": each.at} for each in ordered]
    recorded = db.session.scalars(
        insert(Event).on_conflict_do_nothing(index_elements=["event_id"]).returning(Event.id), rows
    ).all()
    if recorded:
        after_commit(trigger_publishing)
    return len(recorded)


def trigger_publishing() -> None:
    """Have a worker publish the recorded events."""
    tasks.queue(RELAY_TASK)


def publish(batch: int = BATCH) -> int:
    """Assign committed events their positions in the feed, wake their followers, and return how many there were.

    None while another publisher runs: it looks again after its last commit.
    """
    published = 0
    while types := _publish_batch(batch):
        published += len(types)
        followers.wake(set(types))
    return published


def _publish_batch(limit: int) -> Sequence[str]:
    """Publish and commit a batch; return the type of each event."""
    if not locks.try_lock_publisher():
        db.session.rollback()
        return []
    # A statement after the lock sees everything that the previous publisher has committed.
    last = db.session.scalar(select(func.max(Event.position))) or 0
    unpublished = select(Event.id).where(Event.position.is_(None)).order_by(Event.id).limit(limit).subquery()
    position = last + func.row_number().over(order_by=unpublished.c.id)
    positions = select(unpublished.c.id, position.label("position")).subquery()
    published = update(Event).where(Event.id == positions.c.id)
    types = db.session.scalars(
        published.values(position=positions.c.position, published_at=now()).returning(Event.type),
        execution_options={"synchronize_session": False},
    ).all()
    db.session.commit()
    return types


def browse(*, after: int | None, limit: int) -> Sequence[Event]:
    """Return published events after a position, oldest first; by default from the oldest that is stored.

    Raises:
        EventsGone: events that follow this position have been deleted.
    """
    page = db.session.scalars(
        select(Event).where(Event.position > (after or 0)).order_by(Event.position).limit(limit)
    ).all()
    # Positions have no gaps, so a missing one has been deleted.
    if after is not None and page and page[0].position != after + 1:
        raise EventsGone()
    return page


def lag() -> dict[str, Any]:
    """Return how many events are not published yet, and since when the oldest has been waiting."""
    waiting = select(func.count(), func.min(Event.recorded_at)).where(Event.position.is_(None))
    pending, oldest = db.session.execute(waiting).one()
    seconds = (now() - oldest).total_seconds() if oldest else 0.0
    return {"pending": pending, "oldest_at": oldest, "seconds": seconds}


def delete_old(batch: int = BATCH) -> None:
    """Delete events past their retention, but never the last one: the next position is derived from it.

    Events that a follower has not handled yet, or has parked, are kept longer, up to `KEPT_FOR_FOLLOWERS`.
    """
    last = select(func.max(Event.position)).scalar_subquery()
    unneeded = or_(Event.position < _first_needed(), Event.published_at < now() - KEPT_FOR_FOLLOWERS)
    while True:
        oldest = select(Event.id).where(Event.position < last).order_by(Event.position).limit(batch).subquery()
        deleted = db.session.execute(
            delete(Event).where(Event.id.in_(select(oldest.c.id)), Event.published_at < now() - EVENTS_KEPT, unneeded),
            execution_options={"synchronize_session": False},
        )
        if deleted.rowcount < batch:  # type: ignore[attr-defined]
            return


def _first_needed() -> ColumnElement[int]:
    """Return the first position that a follower of this release still needs."""
    needed = union_all(
        select(Follower.position + 1).where(Follower.name.in_(followers.registered)),
        select(ParkedEvent.position).where(ParkedEvent.follower.in_(followers.registered)),
    ).subquery()
    return func.coalesce(select(func.min(needed.c[0])).scalar_subquery(), Event.position + 1)
