"""Prepare digests."""

from threading import Lock

from learnstream.extensions import celery
from learnstream.services.messaging import digests

TASK = "learnstream.prepare_digests"

running = Lock()


@celery.task(name=TASK)
def prepare_digests() -> None:
    """Request the digests that are due, unless this is being done."""
    if not running.acquire(blocking=False):
        return
    try:
        digests.prepare_due()
    finally:
        running.release()
