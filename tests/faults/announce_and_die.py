"""Publish due announcements in a process that is killed at a write: `MOMENT COUNT`.

It is killed when the COUNT-th write to MongoDB is about to be sent (`started`) or is acknowledged (`succeeded`).
"""

import sys

from pymongo import monitoring

from learnstream import create_app
from learnstream.services.analytics import pending_events
from learnstream.services.announcements import scheduling
from tests.faults.attempt_and_die import Killer


def main(moment: str, last: str) -> None:
    monitoring.register(Killer(moment, int(last)))
    with create_app().app_context():
        scheduling.publish_due()
        pending_events.move()


if __name__ == "__main__":
    main(*sys.argv[1:])
