"""The event feed: events are recorded in the causing transaction, published in a total order, and kept for a while.

A transaction that begins early may commit late, so neither row ids nor timestamps can order the feed: a client that has
read past them would miss the event. The position in the feed is therefore assigned after the commit, by one publisher
at a time, without gaps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.foundation import EVENTS_KEPT, EventsGone
from learnstream.models import Event, EventType
from learnstream.services.foundation import locks, outbox
from learnstream.stores.sql import after_commit, db

BATCH = 1000


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


def record_all(events: Sequence[NewEvent]) -> int:
    """Record the events that are not recorded yet; return their number."""
    if not events:
        return 0
    # Sorted, so that two transactions that record the same events cannot deadlock.
    ordered = sorted(events, key=lambda each: (each.at, each.id))
    rows = [{"event_id": each.id, "type": each.type, "data": each.data, "occurred_at": each.at} for each in ordered]
    recorded = db.session.scalars(
        insert(Event).values(rows).on_conflict_do_nothing(index_elements=["event_id"]).returning(Event.id)
    ).all()
    if recorded:
        after_commit(outbox.trigger_relay)
    return len(recorded)


def publish(batch: int = BATCH) -> int:
    """Assign committed events their positions in the feed; return how many. None while another publisher runs."""
    published = 0
    while count := _publish_batch(batch):
        published += count
        if count < batch:
            break
    return published


def _publish_batch(limit: int) -> int:
    if not locks.try_lock_publisher():
        db.session.rollback()
        return 0
    # A statement after the lock sees everything that the previous publisher has committed.
    last = db.session.scalar(select(func.max(Event.position))) or 0
    unpublished = select(Event.id).where(Event.position.is_(None)).order_by(Event.id).limit(limit).subquery()
    position = last + func.row_number().over(order_by=unpublished.c.id)
    positions = select(unpublished.c.id, position.label("position")).subquery()
    updated = db.session.execute(
        update(Event).where(Event.id == positions.c.id).values(position=positions.c.position, published_at=now()),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return updated.rowcount  # type: ignore[attr-defined]


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
    """Delete events past their retention, but never the last one: the next position is derived from it."""
    last = select(func.max(Event.position)).scalar_subquery()
    while True:
        oldest = select(Event.id).where(Event.position < last).order_by(Event.position).limit(batch).subquery()
        deleted = db.session.execute(
            delete(Event).where(Event.id.in_(select(oldest.c.id)), Event.published_at < now() - EVENTS_KEPT),
            execution_options={"synchronize_session": False},
        )
        if deleted.rowcount < batch:  # type: ignore[attr-defined]
            return
