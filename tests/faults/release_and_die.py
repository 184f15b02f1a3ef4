"""Remove a file in a process that is killed at a write to MongoDB: `MOMENT COUNT FILE_ID`."""

import sys

from bson import ObjectId
from pymongo import monitoring

from learnstream import create_app
from learnstream.services.media import file_quota
from tests.faults.attempt_and_die import Killer


def main(moment: str, last: str, file_id: str) -> None:
    monitoring.register(Killer(moment, int(last)))
    with create_app().app_context():
        file_quota.release({"_id": ObjectId(file_id)})


if __name__ == "__main__":
    main(*sys.argv[1:])
