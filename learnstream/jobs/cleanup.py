"""Delete expired data."""

from learnstream.extensions import celery
from learnstream.services.accounts import addresses, invitations, sessions
from learnstream.services.foundation import events, idempotency, outbox
from learnstream.services.messaging import mails
from learnstream.stores.sql import db

TASK = "learnstream.forget_expired"


@celery.task(name=TASK)
def delete_expired() -> None:
    """Delete what has ended, expired or been processed a while ago.

    Sessions, changes of addresses, invitations, keys, messages, events and mails.
    """
    sessions.delete_ended()
    addresses.delete_old()
    invitations.delete_ended()
    idempotency.delete_expired()
    outbox.delete_done()
    events.delete_old()
    mails.delete_old()
    db.session.commit()
