"""Forget what has expired."""

from learnstream.extensions import celery
from learnstream.services.accounts import sessions
from learnstream.services.foundation import events, idempotency, outbox
from learnstream.stores.sql import db

TASK = "learnstream.forget_expired"


@celery.task(name=TASK)
def forget_expired() -> None:
    """Delete ended sessions, expired refresh tokens and idempotency keys, done messages and old events."""
    sessions.forget_ended()
    idempotency.forget_expired()
    outbox.forget_done()
    events.forget_old()
    db.session.commit()
