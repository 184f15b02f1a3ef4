"""The transactional outbox: work that must happen if, and only if, a transaction commits."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from learnstream.clock import now
from learnstream.extensions import celery
from learnstream.models import OutboxMessage
from learnstream.stores import generations
from learnstream.stores.sql import after_commit, db

log = logging.getLogger(__name__)

RELAY_TASK = "learnstream.relay_outbox"
MAX_TRIES = 8
# The delay before the first retry of a failed message, in seconds; doubled for each further one.
FIRST_DELAY = 5
BATCH = 50
# A worker that has not finished a message by then is assumed to have died.
LEASE = timedelta(minutes=3)

# Processed messages are kept for inspection.
RETENTION = timedelta(days=7)

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the handler of a topic. It must be idempotent: it may run again after a crash.

    It is called without an open transaction and need not commit: its writes are committed with the message.
    """

    def register(handler: Handler) -> Handler:
        _handlers[topic] = handler
        return handler

    return register


def add(topic: str, **payload: Any) -> OutboxMessage:
    """Add a message to the present transaction; it is relayed as soon as the transaction has committed."""
    message = OutboxMessage(topic=topic, payload=payload)
    db.session.add(message)
    db.session.flush()
    after_commit(trigger_relay)
    return message


def trigger_relay() -> None:
    """Queue a relay task now. If the broker is not available, the schedule runs it a little later."""
    try:
        # Cache and broker share one Redis: if its circuit breaker is open, do not wait for another timeout.
        generations.breaker.admit()
        celery.send_task(RELAY_TASK, retry=False)
    except Exception as error:  # the broker's client raises errors of several libraries
        log.warning("the outbox relay was not triggered: %s", type(error).__name__)


def relay(limit: int = BATCH) -> int:
    """Process due messages one after the other; return how many succeeded.

    A message is claimed by postponing its next attempt by a lease, committed before its handler runs. Several workers
    can therefore share the work, no message is processed concurrently, and a handler may call a vendor, since no
    transaction is open. A message whose worker has died is due again when the lease ends.
    """
    done = 0
    for _ in range(limit):
        message = _claim()
        if message is None:
            break
        done += _process(message)
    return done


def _claim() -> OutboxMessage | None:
    message = db.session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.done_at.is_(None), OutboxMessage.parked_at.is_(None))
        .where(OutboxMessage.next_try_at <= now())
        .order_by(OutboxMessage.next_try_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is not None:
        message.tries += 1
        message.next_try_at = now() + LEASE
    db.session.commit()
    return message


def _process(message: OutboxMessage) -> bool:
    try:
        # A message whose topic has no handler needs no action.
        _handlers.get(message.topic, lambda _: None)(message.payload)
        # The handler's writes and the completion mark share one commit.
        message.done_at = now()
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        _postpone(message, error)
        db.session.commit()
        return False
    return True


def _postpone(message: OutboxMessage, error: Exception) -> None:
    log.warning("outbox message %s (%s) failed: %s", message.id, message.topic, error)
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    message.next_try_at = now() + timedelta(seconds=FIRST_DELAY * 2 ** (message.tries - 1))
    if message.tries >= MAX_TRIES:
        message.parked_at = now()


def delete_done() -> int:
    """Delete messages processed longer ago than the retention; parked ones stay. Returns how many."""
    done = delete(OutboxMessage).where(OutboxMessage.done_at < now() - RETENTION).returning(OutboxMessage.id)
    return len(db.session.scalars(done).all())


def lag() -> dict[str, Any]:
    """Return how many messages are pending, since when the oldest is, and how many are parked."""
    pending = OutboxMessage.done_at.is_(None) & OutboxMessage.parked_at.is_(None)
    waiting, oldest = db.session.execute(select(func.count(), func.min(OutboxMessage.created_at)).where(pending)).one()
    parked = db.session.scalar(select(func.count()).where(OutboxMessage.parked_at.is_not(None)))
    return {"pending": waiting, "oldest_at": oldest, "parked": parked, "seconds": _age(oldest)}


def _age(since: datetime | None) -> float:
    return (now() - since).total_seconds() if since else 0.0
