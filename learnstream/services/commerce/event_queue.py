"""The Celery queues in which workers handle stored events of the payment service, in two threads side by side."""

from dataclasses import dataclass
from datetime import timedelta

from learnstream.services.foundation.retries import Retries
from learnstream.services.foundation.tasks import Queued

HANDLE_TASK = "learnstream.handle_payment_events"


@dataclass(frozen=True)
class Lane(Queued):
    """A lane of the queue: a worker handles one event in each at a time."""

    task = HANDLE_TASK
    kind = "payments"


# Soon at first: an event may be here before what it is about. Then for a day, in which an outage ends.
RETRIES = Retries(give_up_after=timedelta(hours=24), first_pause=timedelta(seconds=1), longest_pause=timedelta(hours=1))
# An event that waits for the vendor does not hold up all others.
LANES = (Lane("events", RETRIES), Lane("events-2", RETRIES))


def wake() -> None:
    """Have a worker handle the events that are due, in the lane that is free."""
    for lane in LANES:
        lane.wake()
