"""Look after videos and their events."""

from learnstream.extensions import celery
from learnstream.services.media import inventory, reconciliation, webhooks

RETRY_TASK = "learnstream.retry_webhook_events"
REVIEW_TASK = "learnstream.review_videos"
COMPARE_TASK = "learnstream.compare_assets"


@celery.task(name=RETRY_TASK)
def retry_webhook_events() -> None:
    """Try events again that could not be applied."""
    webhooks.retry_due()


@celery.task(name=REVIEW_TASK)
def review_videos() -> None:
    """Ask about videos that nobody has told us of, and delete those that nobody needs."""
    reconciliation.review_due()


@celery.task(name=COMPARE_TASK)
def compare_assets() -> None:
    """Compare, once a day, which assets the video service lists with those we know."""
    inventory.compare()
