"""The outbox: work that must happen if, and only if, a transaction commits."""

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
# What a message that failed waits before its next try, in seconds: doubled each time.
FIRST_PAUSE = 5
BATCH = 50
# A worker that has not finished a message by then is taken for dead.
LEASE = timedelta(minutes=3)

# What was done, and when, may be asked for some days later.
KEPT = timedelta(days=7)

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the function that does the work of a topic. It must be repeatable: a crash may repeat it.

    It runs with no transaction open and need not commit: what it writes is committed with the message.
    """

    def register(handler: Handler) -> Handler:
        _handlers[topic] = handler
        return handler

    return register


def add(topic: str, **payload: Any) -> OutboxMessage:
    """Leave a message behind in the present transaction; it is relayed as soon as that has committed."""
    message = OutboxMessage(topic=topic, payload=payload)
    db.session.add(message)
    db.session.flush()
    after_commit(nudge)
    return message


def nudge() -> None:
    """Ask a worker to relay now. If the broker does not answer, the schedule does it a little later."""
    try:
        # The cache and the broker are one Redis: whoever found it frozen has waited for all of us.
        generations.breaker.admit()
        celery.send_task(RELAY_TASK, retry=False)
    except Exception as error:  # the broker's client raises errors of several libraries
        log.warning("the outbox was not nudged: %s", type(error).__name__)


def relay(limit: int = BATCH) -> int:
    """Do the work of due messages, one after the other; return how many were done.

    A message is claimed by moving its next try beyond a lease, committed before the work begins: several workers share
    the work, none does a message twice at once, and a handler may call a vendor, since no transaction is open. What a
    worker that died leaves behind is due again when its lease ends.
    """
    done = 0
    for _ in range(limit):
        message = _claim()
        if message is None:
            break
        done += _work_on(message)
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


def _work_on(message: OutboxMessage) -> bool:
    try:
        # A topic without a handler is news that nobody has to act on.
        _handlers.get(message.topic, lambda _: None)(message.payload)
        # What the handler wrote and the mark that it is done are one commit.
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
    message.next_try_at = now() + timedelta(seconds=FIRST_PAUSE * 2 ** (message.tries - 1))
    if message.tries >= MAX_TRIES:
        message.parked_at = now()


def delete_done() -> int:
    """Delete messages that were done a while ago; those that were given up stay. Returns how many."""
    done = delete(OutboxMessage).where(OutboxMessage.done_at < now() - KEPT).returning(OutboxMessage.id)
    return len(db.session.scalars(done).all())


def lag() -> dict[str, Any]:
    """Return how many messages wait, since when the oldest does, and how many were given up."""
    pending = OutboxMessage.done_at.is_(None) & OutboxMessage.parked_at.is_(None)
    waiting, oldest = db.session.execute(select(func.count(), func.min(OutboxMessage.created_at)).where(pending)).one()
    parked = db.session.scalar(select(func.count()).where(OutboxMessage.parked_at.is_not(None)))
    return {"pending": waiting, "oldest_at": oldest, "parked": parked, "seconds": _age(oldest)}


def _age(since: datetime | None) -> float:
    return (now() - since).total_seconds() if since else 0.0
