"""A script that does nothing but store a file in GridFS and read it, with PyMongo's defaults: the ceiling of transfers."""

import json
import os
import sys
import time
from typing import Any

import gridfs
from pymongo import MongoClient
from pymongo.database import Database


def main(uri: str, size: int) -> None:
    """Print how many seconds each takes, as JSON."""
    database: Database[Any] = MongoClient(uri).get_default_database("bare")
    files, content = gridfs.GridFS(database, "bare"), os.urandom(size)
    started = time.perf_counter()
    file_id = files.put(content)
    stored = time.perf_counter()
    reading = files.get(file_id)
    while reading.readchunk():
        pass
    read = time.perf_counter()
    files.delete(file_id)
    print(json.dumps({"upload": stored - started, "download": read - stored}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
