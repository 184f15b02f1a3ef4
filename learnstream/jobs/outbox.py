"""Relay the outbox and publish events."""

from learnstream.extensions import celery
from learnstream.services.foundation import events, outbox


@celery.task(name=outbox.RELAY_TASK)
def relay_outbox() -> None:
    """Process due outbox messages, and publish recorded events."""
    outbox.relay()
    events.publish()
