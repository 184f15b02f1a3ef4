"""Publish scheduled announcements."""

from learnstream.extensions import celery
from learnstream.services.announcements import scheduling


@celery.task(name=scheduling.TASK)
def publish_announcements() -> None:
    """Publish the announcements that are due."""
    scheduling.publish_due()
