"""Check uploaded files."""

from learnstream.extensions import celery
from learnstream.services.media import file_queue, file_worker


@celery.task(name=file_queue.PROCESS_TASK)
def process_files(_: str = file_queue.processing.name) -> None:
    """Check the files that are due."""
    file_worker.process_due()
