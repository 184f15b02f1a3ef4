"""Reconcile videos with the video service, and retry webhook events."""

from learnstream.extensions import celery
from learnstream.services.media import inventory, reconciliation, webhooks

RETRY_TASK = "learnstream.retry_webhook_events"
REVIEW_TASK = "learnstream.review_videos"
COMPARE_TASK = "learnstream.compare_assets"


@celery.task(name=RETRY_TASK)
def retry_webhook_events() -> None:
    """Retry webhook events that could not be applied."""
    webhooks.retry_due()


@celery.task(name=REVIEW_TASK)
def review_videos() -> None:
    """Ask the video service about videos without recent webhook events, and delete unused ones."""
    reconciliation.review_due()


@celery.task(name=COMPARE_TASK)
def compare_assets() -> None:
    """Compare the video service's list of assets with our videos, once a day."""
    inventory.compare()
