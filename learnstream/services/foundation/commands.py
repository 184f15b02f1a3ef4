"""The outbox's messages for administrators: how many wait, and what to do with those that were given up."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from learnstream.clock import age, now
from learnstream.errors.foundation import NoSuchCommand, NotParked
from learnstream.models import CommandState, OutboxMessage
from learnstream.services.foundation import audit, outbox
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import after_commit, db

NEWEST = Columns((OutboxMessage.id,), descending=True)
DONE, GIVEN_UP = OutboxMessage.done_at.is_not(None), OutboxMessage.parked_at.is_not(None)
CONDITIONS = {
    CommandState.PENDING: ~DONE & ~GIVEN_UP,
    CommandState.DONE: DONE & ~GIVEN_UP,
    CommandState.PARKED: ~DONE & GIVEN_UP,
    CommandState.SKIPPED: DONE & GIVEN_UP,
}


def browse(*, part: Part, state: CommandState | None = None, topic: str | None = None) -> Found[OutboxMessage]:
    """Return a part of the messages, newest first."""
    matching = select(OutboxMessage)
    if state is not None:
        matching = matching.where(CONDITIONS[state])
    if topic is not None:
        matching = matching.where(OutboxMessage.topic == topic)
    return rows_of(matching, NEWEST, part)


def retry(message_id: int, *, by: int) -> OutboxMessage:
    """Have a parked message tried again at once, with all its tries.

    Raises:
        NoSuchCommand, NotParked: there is no such message, or it was not given up.
    """
    message = _lock_parked(message_id)
    message.parked_at, message.tries, message.next_try_at = None, 0, now()
    _record("command.retried", message, by)
    if message.topic in outbox.topics:
        after_commit(outbox.topics[message.topic].wake)
    return message


def skip(message_id: int, *, by: int) -> OutboxMessage:
    """Set a parked message aside for good.

    Raises:
        NoSuchCommand, NotParked: there is no such message, or it was not given up.
    """
    message = _lock_parked(message_id)
    message.done_at = now()
    _record("command.skipped", message, by)
    return message


def _lock_parked(message_id: int) -> OutboxMessage:
    message = db.session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    if message is None:
        raise NoSuchCommand()
    if message.state is not CommandState.PARKED:
        raise NotParked()
    return message


def _record(action: str, message: OutboxMessage, by: int) -> None:
    details = {"topic": message.topic, "last_error": message.last_error}
    audit.record(action, actor_id=by, target_kind="command", target_id=message.id, **details)
    db.session.flush()


def lag() -> dict[str, Any]:
    """Return how many messages are pending, since when the oldest is, and how many are parked."""
    pending, oldest_at, parked = db.session.execute(_counts(select())).one()
    return _shown(pending, oldest_at, parked)


def lag_by_topic() -> list[dict[str, Any]]:
    """Return the same for each topic, including those without messages."""
    by_topic = _counts(select(OutboxMessage.topic)).group_by(OutboxMessage.topic)
    found = {row.topic: _shown(*row[1:]) for row in db.session.execute(by_topic)}
    empty = _shown(0, None, 0)
    return [{"topic": name, **found.get(name, empty)} for name in sorted(outbox.topics.keys() | found.keys())]


def _counts(query: Any) -> Any:
    pending = CONDITIONS[CommandState.PENDING]
    counts = query.add_columns(
        func.count().filter(pending),
        func.min(OutboxMessage.created_at).filter(pending),
        func.count().filter(CONDITIONS[CommandState.PARKED]),
    )
    return counts.select_from(OutboxMessage).where(OutboxMessage.done_at.is_(None))


def _shown(pending: int, oldest_at: datetime | None, parked: int) -> dict[str, Any]:
    return {"pending": pending, "oldest_at": oldest_at, "seconds": age(oldest_at) or 0.0, "parked": parked}
