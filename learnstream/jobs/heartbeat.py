"""Show that schedule and worker are alive."""

from learnstream.extensions import celery
from learnstream.services.analytics import monitoring

TASK = "learnstream.note_beat"


@celery.task(name=TASK)
def note_beat() -> None:
    """Note that the schedule has run."""
    monitoring.note_beat()
