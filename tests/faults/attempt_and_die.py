"""Do a part of an attempt in a process that is killed at a write: `MOMENT COUNT METHOD PATH TOKEN BODY`, or the first two.

It is killed when the COUNT-th write to MongoDB is about to be sent (`started`) or is acknowledged (`succeeded`). With a
path, it sends a request; without, it submits the attempts whose time is over, carries out regrades, and computes
lateness anew, two submissions at a time.
"""

import json
import os
import signal
import sys
from itertools import count

from pymongo import monitoring

from learnstream import create_app
from learnstream.services.assessment import expiry, regrades
from learnstream.services.enrollment import accommodated
from learnstream.services.foundation import outbox
from learnstream.services.homework import lateness
from learnstream.stores.mongo import WRITE_COMMANDS


class Killer(monitoring.CommandListener):
    """Kills this process at a moment of a write."""

    def __init__(self, moment: str, last: int) -> None:
        self.moment, self.last, self.writes = moment, last, count(1)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self._note("started", event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self._note("succeeded", event.command_name)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    def _note(self, moment: str, command: str) -> None:
        if moment == self.moment and command in WRITE_COMMANDS and next(self.writes) == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def main(moment: str, last: str, method: str = "", path: str = "", token: str = "", body: str = "{}") -> None:
    monitoring.register(Killer(moment, int(last)))
    lateness.BATCH = 2
    app = create_app()
    if path:
        headers = {"Authorization": f"Bearer {token}"}
        app.test_client().open(path, method=method, json=json.loads(body), headers=headers)
        return
    with app.app_context():
        expiry.submit_due()
        expiry.follow_results()
        outbox.relay(topic=regrades.TOPIC)
        outbox.relay(topic=accommodated.EXTENSIONS)


if __name__ == "__main__":
    main(*sys.argv[1:])
