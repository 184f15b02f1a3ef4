"""Derive seats anew whose grants have begun or ended, and tell of those that end soon."""

from learnstream.extensions import celery
from learnstream.services.enrollment import due_seats, ending_seats

TASK = "learnstream.derive_due_seats"


@celery.task(name=TASK)
def derive_due_seats() -> None:
    """Derive the enrollments whose grants have begun, or ended while others hold."""
    due_seats.derive_due()


@celery.task(name=ending_seats.TASK)
def tell_ending_seats() -> None:
    """Record events for the enrollments that end within a week."""
    ending_seats.tell()
