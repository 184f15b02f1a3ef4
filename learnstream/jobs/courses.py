"""Finish what was cut short in courses."""

from learnstream.extensions import celery
from learnstream.services.authoring import repairs


@celery.task(name="learnstream.repair_courses")
def repair_courses() -> None:
    """Finish publications, restorations and deletions that a crash interrupted."""
    repairs.repair()
