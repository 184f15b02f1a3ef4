"""Relay what transactions left behind."""

from learnstream.extensions import celery
from learnstream.services import outbox


@celery.task(name=outbox.RELAY_TASK)
def relay_outbox() -> None:
    """Do the outbox's due work."""
    outbox.relay()
