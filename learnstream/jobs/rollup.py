"""Bring the figures about learning up to date."""

from learnstream.extensions import celery
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.foundation import events

TASK = "learnstream.roll_up"
NEWS_TASK = "learnstream.move_news"


@celery.task(name=TASK)
def roll_up() -> None:
    """Follow what learners have done, and count what it adds up to."""
    rollup.run()


@celery.task(name=NEWS_TASK)
def move_news() -> None:
    """Tell the feed of events what learners' records have to tell, and publish it."""
    if pending_events.move():
        events.publish()
