"""Move results into the grades of record, and tell of those that learners see."""

from threading import Lock

from learnstream.extensions import celery
from learnstream.services.grades import moving, seen_results

running = Lock()


@celery.task(name=moving.TASK)
def move_grades() -> None:
    """Move the results of attempts and submissions that have changed, unless this is being done."""
    # Several runs at once would read and compare the same results.
    if not running.acquire(blocking=False):
        return
    try:
        # What changes meanwhile, too: who asked for it was told that this is running.
        while moving.move():
            pass
    finally:
        running.release()


@celery.task(name=seen_results.TASK)
def tell_seen_results() -> None:
    """Record events for marked results that were held back and can be seen now."""
    seen_results.tell_shown()
