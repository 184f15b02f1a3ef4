"""Registration of followers: functions that react to facts in the event feed.

A fact may have several followers. Each has a durable cursor and a Celery queue of its own, runs in at most one thread,
and knows nothing of the others: one that fails or hangs delays no other. `following` runs them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from learnstream.models import Event, EventType
from learnstream.services.foundation.retries import Retries
from learnstream.services.foundation.tasks import Queued

FOLLOW_TASK = "learnstream.follow"


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event of the feed. `id` is unique for good; `schemas.foundation.events` describes the data of each type."""

    position: int
    id: str
    type: EventType
    occurred_at: datetime
    data: dict[str, Any]

    @classmethod
    def of(cls, row: Event) -> "FeedEvent":
        """Return the event of a row that has been published."""
        return cls(cast(int, row.position), row.event_id, EventType(row.type), row.occurred_at, row.data)


BatchHandler = Callable[[Sequence[FeedEvent]], None]
Handler = Callable[[FeedEvent], None]


@dataclass(frozen=True)
class Following(Queued):
    """A registered follower: the types of events that it handles, at most `batch` at once."""

    task = FOLLOW_TASK
    kind = "follower"

    types: frozenset[EventType]
    handle: BatchHandler
    batch: int
    from_start: bool


# All followers, by name.
registered: dict[str, Following] = {}


def follows(*types: EventType, name: str, **options: Any) -> Callable[[Handler], Handler]:
    """Register a follower that handles events of these types one by one; options as in `follows_in_batches`."""

    def register(handler: Handler) -> Handler:
        def handle(events: Sequence[FeedEvent]) -> None:
            for event in events:
                handler(event)

        follows_in_batches(*types, name=name, batch=1, **options)(handle)
        return handler

    return register


def follows_in_batches(
    *types: EventType,
    name: str,
    batch: int,
    give_up_after: timedelta = Retries.give_up_after,
    first_pause: timedelta = Retries.first_pause,
    longest_pause: timedelta = Retries.longest_pause,
    from_start: bool = False,
) -> Callable[[BatchHandler], BatchHandler]:
    """Register a follower that handles up to `batch` events of these types at once, in the order of the feed.

    It is called without an open transaction and must not commit: its SQL writes and the advance of its cursor share
    one commit, so that they happen exactly once. Everything else it does must be idempotent, keyed by the event's id:
    after a crash, or a replay by an administrator, it sees events again.

    If it raises, it is called again with smaller batches. An event that keeps failing holds it up, for the sake of
    order, until the pauses between tries add up to `give_up_after`; the event is then parked for an administrator, and
    the follower goes on. While a store is down it waits, and parks nothing.

    name: permanent, since it identifies the cursor; at most 40 characters.
    from_start: a new follower begins with the oldest stored event, instead of those published from now on.
    """

    def register(handler: BatchHandler) -> BatchHandler:
        retries = Retries(give_up_after, first_pause, longest_pause)
        registered[name] = Following(name, retries, frozenset(types), handler, batch, from_start)
        return handler

    return register


def wake(types: Collection[str]) -> None:
    """Have workers run the followers of these types of events."""
    for each in registered.values():
        if not each.types.isdisjoint(types):
            each.wake()
