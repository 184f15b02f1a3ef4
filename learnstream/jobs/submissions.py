"""Follow changes of submissions that the process that made them did not follow."""

from learnstream.extensions import celery
from learnstream.services.homework import following

TASK = "learnstream.follow_submissions"


@celery.task(name=TASK)
def follow_submissions() -> None:
    """Complete lessons whose completion by homework is due."""
    following.follow_changes()
