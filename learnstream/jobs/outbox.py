"""Publish events, and handle the outbox's messages."""

from learnstream.extensions import celery
from learnstream.services.foundation import events, outbox


@celery.task(name=events.RELAY_TASK)
def relay_outbox() -> None:
    """Publish recorded events, and have due messages handled in the queues of their topics."""
    events.publish()
    outbox.wake_due()


@celery.task(name=outbox.HANDLE_TASK)
def handle_messages(topic: str) -> None:
    """Handle the due messages of a topic."""
    while outbox.relay(topic=topic):
        pass
