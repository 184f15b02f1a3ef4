"""Move grades in a process that is killed at a commit, or at a write to MongoDB: `before_commit 1`, `started 1`."""

import sys

from pymongo import monitoring

from learnstream import create_app
from learnstream.services.grades import moving
from tests.faults.attempt_and_die import Killer
from tests.faults.dying import die_at


def main(moment: str, last: str) -> None:
    if moment in {"started", "succeeded"}:
        monitoring.register(Killer(moment, int(last)))
    app = create_app()
    if moment.endswith("_commit"):
        die_at(moment, int(last))
    moving.BATCH = 2
    with app.app_context():
        moving.move()


if __name__ == "__main__":
    main(*sys.argv[1:])
