"""Carry out commands of a topic, ten rows or seats at a time, in a process that is killed at a commit: `TOPIC MOMENT COUNT`.

The moment is an event of the session, such as `before_commit`; it is killed when that happens for the COUNT-th time.
"""

import sys

from learnstream import create_app
from learnstream.services.enrollment import group_seats
from learnstream.services.enrollment.imports import running
from learnstream.services.foundation import outbox
from tests.faults.dying import die_at


def main(topic: str, moment: str, last: str) -> None:
    running.BATCH = group_seats.BATCH = 10
    with create_app().app_context():
        die_at(moment, int(last))
        outbox.relay(topic=topic)


if __name__ == "__main__":
    main(*sys.argv[1:])
