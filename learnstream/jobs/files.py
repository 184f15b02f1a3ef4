"""Check uploaded files, and remove those that are no longer needed."""

from learnstream.extensions import celery
from learnstream.services.media import file_orphans, file_queue, file_quota, file_sweeps, file_worker

SWEEP_TASK = "learnstream.sweep_files"


@celery.task(name=file_queue.PROCESS_TASK)
def process_files(_: str = file_queue.LANES[0].name) -> None:
    """Check the files that are due."""
    file_worker.process_due()


@celery.task(name=file_queue.REMOVE_TASK)
def remove_files(_: str = file_queue.removal.name) -> None:
    """Review the files that are due: remove those that are no longer needed."""
    file_quota.end_abandoned()
    file_sweeps.review_due()


@celery.task(name=SWEEP_TASK)
def sweep_files() -> None:
    """Remove stored objects that belong to no file."""
    file_orphans.sweep()
