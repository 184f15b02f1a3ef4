"""Prepare due digests, two at once, in a process that is killed: `MOMENT COUNT`.

It is killed when the COUNT-th write to MongoDB is about to be sent (`started`) or is acknowledged (`succeeded`), or at the
COUNT-th `before_commit` or `after_commit` of the session.
"""

import sys

from pymongo import monitoring

from learnstream import create_app
from learnstream.services.messaging import digest_schedule, digests
from tests.faults.attempt_and_die import Killer
from tests.faults.dying import die_at


def main(moment: str, last: str) -> None:
    digest_schedule.BATCH = 2
    of_session = moment.endswith("_commit")
    if not of_session:
        monitoring.register(Killer(moment, int(last)))
    with create_app().app_context():
        if of_session:
            die_at(moment, int(last))
        digests.prepare_due()


if __name__ == "__main__":
    main(*sys.argv[1:])
