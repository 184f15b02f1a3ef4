"""Record that scheduler and worker are running."""

from learnstream.extensions import celery
from learnstream.services.analytics import monitoring

TASK = "learnstream.note_beat"


@celery.task(name=TASK)
def note_beat() -> None:
    """Record the time of the schedule's latest beat."""
    monitoring.note_beat()
