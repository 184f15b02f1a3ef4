"""Sell in a process that is killed at a step: `STEP [METHOD PATH TOKEN KEY BODY]`.

The steps are the beginning and the end of every commit and of every call of the payment service, counted from 1. With a
path, the process sends a request with this idempotency key; without, it does what the worker does: it handles the
events that were received, carries out commands, and reconciles.
"""

import json
import os
import signal
import sys
from typing import NoReturn

from sqlalchemy import event

from learnstream import create_app
from learnstream.services.commerce import event_work, reconciliation
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.commerce.steps import Steps


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def main(step: str, method: str = "", path: str = "", token: str = "", key: str = "", body: str = "{}") -> None:
    app = create_app()
    steps = Steps(int(step), die)
    # Before anything that follows a commit.
    event.listen(db.session, "after_commit", steps.reach, insert=True)
    with app.app_context(), steps.counted():
        if path:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
            app.test_client().open(path, method=method, json=json.loads(body), headers=headers)
            return
        for job in (event_work.handle_due, outbox.relay, reconciliation.run):
            job()
            db.session.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
