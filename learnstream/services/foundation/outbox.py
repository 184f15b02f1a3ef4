"""The transactional outbox: commands, work that must be done if, and only if, a transaction commits.

Each topic has one handler, retries of its own, and a Celery queue in which a worker handles its messages in one thread:
a topic that is slow or hangs delays no other. Facts that others may follow go to the event feed instead: `followers`.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from learnstream.clock import now
from learnstream.models import OutboxMessage
from learnstream.services.foundation.retries import Retries, describe
from learnstream.services.foundation.tasks import Queued
from learnstream.stores.sql import after_commit, db

log = logging.getLogger(__name__)

HANDLE_TASK = "learnstream.handle_messages"
BATCH = 50
# A worker that has not finished a message by then is assumed to have died.
LEASE = timedelta(minutes=3)

# Processed messages are kept for inspection.
RETENTION = timedelta(days=7)

PENDING = (OutboxMessage.done_at.is_(None), OutboxMessage.parked_at.is_(None))

Handler = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Topic(Queued):
    """What handles the messages of a topic, and when they are tried again."""

    task = HANDLE_TASK
    kind = "command"

    handle: Handler


# All topics, by name.
topics: dict[str, Topic] = {}


def handles(
    topic: str,
    *,
    give_up_after: timedelta = Retries.give_up_after,
    first_pause: timedelta = Retries.first_pause,
    longest_pause: timedelta = Retries.longest_pause,
) -> Callable[[Handler], Handler]:
    """Register the handler of a topic. It must be idempotent: it may run again after a crash.

    It is called without an open transaction and need not commit: its writes are committed with the message. A message
    that keeps failing is parked after pauses of `give_up_after` in total.
    """

    def register(handler: Handler) -> Handler:
        topics[topic] = Topic(topic, Retries(give_up_after, first_pause, longest_pause), handler)
        return handler

    return register


def add(topic: str, **payload: Any) -> OutboxMessage:
    """Add a message to the present transaction; it is handled as soon as the transaction has committed."""
    message = OutboxMessage(topic=topic, payload=payload)
    db.session.add(message)
    db.session.flush()
    if topic in topics:
        after_commit(topics[topic].wake)
    return message


def wake_due() -> None:
    """Have workers handle all topics that have due messages."""
    due = db.session.scalars(select(OutboxMessage.topic).where(*_due(topics)).distinct()).all()
    db.session.commit()
    for name in due:
        topics[name].wake()


def relay(limit: int = BATCH, *, topic: str | None = None) -> int:
    """Handle due messages, of one topic or of all, one after the other; return how many succeeded.

    A message is claimed by postponing its next try by a lease, committed before its handler runs. Several workers
    can therefore share the work, no message is handled concurrently, and a handler may call a vendor, since no
    transaction is open. A message whose worker has died is due again when the lease ends. A message of an unknown
    topic waits: it comes from a newer release.
    """
    wanted = topics.keys() if topic is None else topics.keys() & {topic}
    done = 0
    for _ in range(limit):
        message = _claim(wanted)
        if message is None:
            break
        done += _handle(message)
    return done


def _due(names: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (*PENDING, OutboxMessage.next_try_at <= now(), OutboxMessage.topic.in_(names))


def _claim(names: Collection[str]) -> OutboxMessage | None:
    oldest = select(OutboxMessage).where(*_due(names)).order_by(OutboxMessage.next_try_at).limit(1)
    message = db.session.scalar(oldest.with_for_update(skip_locked=True))
    if message is not None:
        message.tries += 1
        message.next_try_at = now() + LEASE
    db.session.commit()
    return message


def _handle(message: OutboxMessage) -> bool:
    try:
        topics[message.topic].handle(message.payload)
        # The handler's writes and the completion mark share one commit.
        done = _settle(message, done_at=now())
    except Exception as error:
        db.session.rollback()
        log.warning("outbox message %s (%s) failed: %s", message.id, message.topic, error)
        _postpone(message, error)
        return False
    return done


def _postpone(message: OutboxMessage, error: Exception) -> None:
    pause = topics[message.topic].retries.pause_after(message.tries)
    after = {"parked_at": now()} if pause is None else {"next_try_at": now() + pause}
    _settle(message, last_error=describe(error), **after)


def _settle(message: OutboxMessage, **columns: Any) -> bool:
    """Commit the outcome of a try; return False, and roll back, if another worker or administrator took the message."""
    claimed = (OutboxMessage.id == message.id, OutboxMessage.tries == message.tries, *PENDING)
    settled = db.session.scalar(update(OutboxMessage).where(*claimed).values(columns).returning(OutboxMessage.id))
    if settled is None:
        log.warning("outbox message %s (%s) was taken over", message.id, message.topic)
        db.session.rollback()
        return False
    db.session.commit()
    return True


def delete_done() -> int:
    """Delete messages handled or skipped longer ago than the retention; parked ones stay. Returns how many."""
    done = delete(OutboxMessage).where(OutboxMessage.done_at < now() - RETENTION).returning(OutboxMessage.id)
    return len(db.session.scalars(done).all())
