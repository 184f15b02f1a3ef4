"""The Celery queues of files: checking and removing them delays no other work, nor each other."""

from dataclasses import dataclass
from datetime import timedelta

from learnstream.services.foundation.retries import Retries
from learnstream.services.foundation.tasks import Queued

PROCESS_TASK = "learnstream.process_files"
REMOVE_TASK = "learnstream.remove_files"


@dataclass(frozen=True)
class Processing(Queued):
    """A lane of the queue of files to be checked: a worker checks one file in each at a time."""

    task = PROCESS_TASK
    kind = "files"


@dataclass(frozen=True)
class Removal(Queued):
    """A queue of files to be removed, or reviewed whether they are."""

    task = REMOVE_TASK
    kind = "files"


# Files are not refused because their storage is down for hours.
RETRIES = Retries(
    give_up_after=timedelta(hours=24), first_pause=timedelta(seconds=2), longest_pause=timedelta(minutes=5)
)
# A file that takes long to check does not hold up all others. Each check takes hundreds of megabytes at most.
LANES = (Processing("processing", RETRIES), Processing("processing-2", RETRIES))
removal = Removal("removal", RETRIES)


def wake_processing() -> None:
    """Have a worker check the files that are due, in the lane that is free."""
    for lane in LANES:
        lane.wake()
