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
    # same attempts at the same time: four runs at once take twice as long as one (300 attempts: 4.0 s instead of 2.2 s).
    if not running.acquire(blocking=False):
        return
    try:
        expiry.submit_due()
        expiry.follow_results()
    finally:
        running.release()
