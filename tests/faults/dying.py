"""Processes that are killed when a session begins or ends a commit."""

import os
import signal
from itertools import count

from sqlalchemy import event

from learnstream.stores.sql import db


def die_at(moment: str, last: int = 1) -> None:
    """Kill this process when an event of the session, such as `before_commit`, happens for the `last`-th time."""
    commits = count(1)

    # Before all other listeners.
    @event.listens_for(db.session, moment, insert=True)
    def die(_: object) -> None:
        if next(commits) == last:
            os.kill(os.getpid(), signal.SIGKILL)
