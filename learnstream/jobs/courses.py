"""Complete interrupted changes of courses."""

from learnstream.extensions import celery
from learnstream.services.authoring import repairs


@celery.task(name="learnstream.repair_courses")
def repair_courses() -> None:
    """Complete publications, restorations and deletions that a crash interrupted."""
    repairs.repair()
