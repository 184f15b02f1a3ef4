"""Tell people of events, and request their mails, in a process that is killed: `MOMENT COUNT`.

The moments are those of a write to MongoDB (`started`, `succeeded`) or of a commit (`before_commit`, `after_commit`).
"""

import sys

from pymongo import monitoring

from learnstream import create_app
from learnstream.services.foundation import following
from learnstream.services.messaging.notices import mailing, telling
from tests.faults.attempt_and_die import Killer
from tests.faults.dying import die_at


def main(moment: str, last: str) -> None:
    if moment in {"started", "succeeded"}:
        monitoring.register(Killer(moment, int(last)))
    app = create_app()
    telling.BATCH = 2
    if moment.endswith("_commit"):
        die_at(moment, int(last))
    with app.app_context():
        following.follow("notices")
        following.follow("general-notices")
        mailing.request_due(batch=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
