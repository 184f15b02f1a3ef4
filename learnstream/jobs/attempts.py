"""Submit attempts at quizzes whose time is over."""

from learnstream.extensions import celery
from learnstream.services.assessment import expiry

TASK = "learnstream.submit_due_attempts"


@celery.task(name=TASK)
def submit_due_attempts() -> None:
    """Submit attempts whose time is over, and complete lessons whose completion is due."""
    expiry.submit_due()
    expiry.follow_results()
