"""Update learning statistics, and publish learners' events."""

from learnstream.extensions import celery
from learnstream.services.analytics import pending_events, quiz_figures, rollup
from learnstream.services.foundation import events

TASK = "learnstream.roll_up"


@celery.task(name=TASK)
def roll_up() -> None:
    """Process changed learner records and attempts, and update the statistics derived from them."""
    rollup.run()
    quiz_figures.update()


@celery.task(name=pending_events.TASK)
def move_pending_events() -> None:
    """Move pending events from learners' records to the event feed, and publish them."""
    if pending_events.move():
        events.publish()
