"""Relay what transactions left behind."""

from learnstream.extensions import celery
from learnstream.services.foundation import events, outbox


@celery.task(name=outbox.RELAY_TASK)
def relay_outbox() -> None:
    """Do the outbox's due work, and publish what has happened."""
    outbox.relay()
    events.publish()
