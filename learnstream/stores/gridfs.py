"""The collections of the GridFS bucket, and the one of writes that have not finished.

`objects.files` and `objects.chunks` have the fields of MongoDB's GridFS specification, so that its tools can read them.
"""

from typing import Any

import mongoengine
from pymongo.collection import Collection

from learnstream.stores import mongo

FILES = "objects.files"
CHUNKS = "objects.chunks"
UNFINISHED = "objects.unfinished"
CHUNK_SIZE = 255 * 1024  # bytes, the specification's default


def collection(name: str) -> Collection[Any]:
    """Return a collection, for immediate use.

    Raises:
        Unavailable: see `mongo.guarded`.
    """
    return mongo.guarded(mongoengine.get_db()[name])
