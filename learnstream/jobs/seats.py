"""Derive seats anew whose grants have begun or ended."""

from learnstream.extensions import celery
from learnstream.services.enrollment import due_seats

TASK = "learnstream.derive_due_seats"


@celery.task(name=TASK)
def derive_due_seats() -> None:
    """Derive the enrollments whose grants have begun, or ended while others hold."""
    due_seats.derive_due()
