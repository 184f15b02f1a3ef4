"""Send one request in a process that is killed as soon as its transaction has committed: `METHOD PATH TOKEN [BODY]`."""

import json
import os
import signal
import sys

from sqlalchemy import event

from learnstream import create_app
from learnstream.stores.sql import db


def main(method: str, path: str, token: str, body: str = "{}") -> None:
    client = create_app().test_client()

    # Before all other listeners.
    @event.listens_for(db.session, "after_commit", insert=True)
    def die(_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    client.open(path, method=method, json=json.loads(body), headers={"Authorization": f"Bearer {token}"})


if __name__ == "__main__":
    main(*sys.argv[1:])
