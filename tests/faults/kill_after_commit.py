"""Send one request in a process that is killed at its commit: `METHOD PATH TOKEN [BODY [MOMENT]]`.

The moment is an event of the session: by default the process is killed as soon as the transaction has committed.
"""

import json
import sys

from learnstream import create_app
from tests.faults.dying import die_at


def main(method: str, path: str, token: str, body: str = "{}", moment: str = "after_commit") -> None:
    client = create_app().test_client()
    die_at(moment)
    client.open(path, method=method, json=json.loads(body), headers={"Authorization": f"Bearer {token}"})


if __name__ == "__main__":
    main(*sys.argv[1:])
