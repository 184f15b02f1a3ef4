"""Look after videos and their events."""

from learnstream.extensions import celery
from learnstream.services.media import reconciliation, webhooks

RETRY_TASK = "learnstream.retry_webhook_events"
REVIEW_TASK = "learnstream.review_videos"


@celery.task(name=RETRY_TASK)
def retry_webhook_events() -> None:
    """Try events again that could not be applied."""
    webhooks.retry_due()


@celery.task(name=REVIEW_TASK)
def review_videos() -> None:
    """Ask about videos that nobody has told us of, and delete those that nobody needs."""
    reconciliation.review_due()
