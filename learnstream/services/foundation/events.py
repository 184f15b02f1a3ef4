"""The feed of events: recorded with the act they tell of, published in one order, kept for a while.

A transaction that began early may commit late, so neither its rows' ids nor their times can order a feed: whoever has
read past them would never see them. The place in the feed is therefore given after the commit, by one publisher at a
time, counting up without a gap.
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
class News:
    """Something that happened. `id` names it forever: what is recorded again under it is not recorded twice."""

    id: str
    type: str
    data: dict[str, Any]
    at: datetime = field(default_factory=now)


def record(event_type: EventType, key: str, *, at: datetime | None = None, **data: Any) -> None:
    """Record in the present transaction what it does; `key` tells it from other events of its type."""
    record_all([News(f"{event_type}:{key}", event_type, data, at or now())])


def record_all(news: Sequence[News]) -> int:
    """Record what is not recorded yet, and return how many that was."""
    if not news:
        return 0
    # In one order, so that two who record the same news cannot wait for each other.
    ordered = sorted(news, key=lambda each: (each.at, each.id))
    rows = [{"event_id": each.id, "type": each.type, "data": each.data, "occurred_at": each.at} for each in ordered]
    recorded = db.session.scalars(
        insert(Event).values(rows).on_conflict_do_nothing(index_elements=["event_id"]).returning(Event.id)
    ).all()
    if recorded:
        after_commit(outbox.nudge)
    return len(recorded)


def publish(batch: int = BATCH) -> int:
    """Give committed events their places in the feed; return how many. While somebody else is at it, none."""
    published = 0
    while count := _publish_some(batch):
        published += count
        if count < batch:
            break
    return published


def _publish_some(limit: int) -> int:
    if not locks.try_to_publish_events():
        db.session.rollback()
        return 0
    # A statement after the lock sees all that the publisher before has committed.
    last = db.session.scalar(select(func.max(Event.position))) or 0
    waiting = select(Event.id).where(Event.position.is_(None)).order_by(Event.id).limit(limit).subquery()
    place = last + func.row_number().over(order_by=waiting.c.id)
    places = select(waiting.c.id, place.label("position")).subquery()
    given = db.session.execute(
        update(Event).where(Event.id == places.c.id).values(position=places.c.position, published_at=now()),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return given.rowcount  # type: ignore[attr-defined]


def browse(*, after: int | None, limit: int) -> Sequence[Event]:
    """Return published events after a position, the oldest first; by default from the oldest that is kept.

    Raises:
        EventsGone: events that follow this position have been forgotten.
    """
    page = db.session.scalars(
        select(Event).where(Event.position > (after or 0)).order_by(Event.position).limit(limit)
    ).all()
    # Positions have no gaps: one that is missing has been deleted.
    if after is not None and page and page[0].position != after + 1:
        raise EventsGone()
    return page


def lag() -> dict[str, Any]:
    """Return how many events wait for their place in the feed, and since when the oldest does."""
    waiting = select(func.count(), func.min(Event.recorded_at)).where(Event.position.is_(None))
    pending, oldest = db.session.execute(waiting).one()
    seconds = (now() - oldest).total_seconds() if oldest else 0.0
    return {"pending": pending, "oldest_at": oldest, "seconds": seconds}


def delete_old(batch: int = BATCH) -> None:
    """Delete events that were published long ago, but never the last: the next position is counted from it."""
    last = select(func.max(Event.position)).scalar_subquery()
    while True:
        oldest = select(Event.id).where(Event.position < last).order_by(Event.position).limit(batch).subquery()
        gone = db.session.execute(
            delete(Event).where(Event.id.in_(select(oldest.c.id)), Event.published_at < now() - EVENTS_KEPT),
            execution_options={"synchronize_session": False},
        )
        if gone.rowcount < batch:  # type: ignore[attr-defined]
            return
