"""Carry out commands of a topic, ten rows or seats at a time, in a process that is killed at a commit: `TOPIC MOMENT COUNT`.

The moment is an event of the session, such as `before_commit`; it is killed when that happens for the COUNT-th time.
"""

import os
import signal
import sys
from itertools import count

from sqlalchemy import event

from learnstream import create_app
from learnstream.services.enrollment import group_seats
from learnstream.services.enrollment.imports import running
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db


def main(topic: str, moment: str, last: str) -> None:
    running.BATCH = group_seats.BATCH = 10
    commits = count(1)
    with create_app().app_context():
        # Before all other listeners.
        @event.listens_for(db.session, moment, insert=True)
        def die(_: object) -> None:
            if next(commits) == int(last):
                os.kill(os.getpid(), signal.SIGKILL)

        outbox.relay(topic=topic)


if __name__ == "__main__":
    main(*sys.argv[1:])
