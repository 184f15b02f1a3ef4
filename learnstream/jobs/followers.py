"""Run the followers of the event feed."""

from learnstream.extensions import celery
from learnstream.services.foundation import followers, following

WAKE_TASK = "learnstream.wake_followers"


@celery.task(name=followers.FOLLOW_TASK)
def follow(name: str) -> None:
    """Run a follower."""
    following.follow(name)


@celery.task(name=WAKE_TASK)
def wake_followers() -> None:
    """Register new followers, and run those with events to handle in queues of their own."""
    following.wake_due()
