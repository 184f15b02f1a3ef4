"""Publish scheduled announcements, and tell of what is due."""

from learnstream.extensions import celery
from learnstream.services.announcements import due_work, scheduling


@celery.task(name=scheduling.TASK)
def publish_announcements() -> None:
    """Publish the announcements that are due."""
    scheduling.publish_due()


@celery.task(name=due_work.TASK)
def tell_due_work() -> None:
    """Record events for work that is due within a day."""
    due_work.tell()
