"""Send mails."""

from learnstream.extensions import celery
from learnstream.services.messaging import queue, sending


@celery.task(name=queue.SEND_TASK)
def send_mails(_: str = queue.outgoing.name) -> None:
    """Send the queue's due mails."""
    sending.send_due()
