"""Submit attempts at quizzes whose time is over."""

from threading import Lock

from learnstream.extensions import celery
from learnstream.services.assessment import expiry

TASK = "learnstream.submit_due_attempts"

running = Lock()


@celery.task(name=TASK)
def submit_due_attempts() -> None:
    """Submit attempts whose time is over, and complete lessons whose completion is due, unless this is being done."""
    # After an outage of the worker a run may take longer than the ten seconds until the next ones, which would mark the
    # same attempts at the same time, and the more of them run, the slower all would be.
    if not running.acquire(blocking=False):
        return
    try:
        expiry.submit_due()
        expiry.follow_results()
    finally:
        running.release()
