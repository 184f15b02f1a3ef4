"""Delete expired data."""

from learnstream.extensions import celery
from learnstream.services.accounts import sessions
from learnstream.services.foundation import events, idempotency, outbox
from learnstream.services.messaging import mails
from learnstream.stores.sql import db

TASK = "learnstream.forget_expired"


@celery.task(name=TASK)
def delete_expired() -> None:
    """Delete ended sessions, expired refresh tokens and idempotency keys, processed messages, old events and old mails."""
    sessions.delete_ended()
    idempotency.delete_expired()
    outbox.delete_done()
    events.delete_old()
    mails.delete_old()
    db.session.commit()
