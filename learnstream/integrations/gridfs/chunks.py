"""The chunks of objects, read and written a few at a time.

PyMongo's own GridFS collects up to 48 MB before it writes, and reads through one cursor whose timeout is that of all its
batches together.
"""

import time
from collections.abc import Iterable, Iterator
from itertools import islice

from bson import ObjectId

from learnstream.errors.file_storage import Missing, Unreachable
from learnstream.integrations.gridfs.calls import BATCH_SECONDS, translated
from learnstream.stores import gridfs
from learnstream.stores.gridfs import CHUNK_SIZE

# Chunks per call. The driver holds a batch three times: as documents, as a message, and while it builds that.
BATCH = 4
# How long a write may take in all: an hour later, no write is in progress that a sweep could disturb.
WRITE_SECONDS = 900.0


def write(object_id: ObjectId, data: Iterable[bytes]) -> int:
    """Write an object's chunks, and return its size in bytes.

    Raises:
        Unreachable, Busy: see `translated`; also if the whole takes too long.
    """
    deadline, size, number = time.monotonic() + WRITE_SECONDS, 0, 0
    pieces = cut(data)
    while batch := list(islice(pieces, BATCH)):
        if time.monotonic() > deadline:
            raise Unreachable()
        documents = [{"files_id": object_id, "n": number + index, "data": piece} for index, piece in enumerate(batch)]
        with translated(BATCH_SECONDS):
            gridfs.collection(gridfs.CHUNKS).insert_many(documents)
        size, number = size + sum(map(len, batch)), number + len(batch)
    return size


def read(object_id: ObjectId, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes from `start` up to, but without, `end`, which must not exceed the object's size.

    Raises:
        Missing: the object was removed meanwhile.
    """
    number, last = start // CHUNK_SIZE, (end - 1) // CHUNK_SIZE
    while number <= last:
        following = min(number + BATCH, last + 1)
        at = number * CHUNK_SIZE
        # Joined, so that a reader which pauses between batches leaves nothing in memory.
        yield b"".join(_find(object_id, number, following))[max(0, start - at) : end - at]
        number = following


def remove(object_id: ObjectId) -> int:
    """Remove an object's chunks, and return their number."""
    with translated(BATCH_SECONDS):
        removed: int = gridfs.collection(gridfs.CHUNKS).delete_many({"files_id": object_id}).deleted_count
    return removed


def cut(data: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the data in pieces of the chunks' size; the last one may be shorter."""
    waiting = bytearray()
    for part in data:
        if len(part) == CHUNK_SIZE and not waiting:
            yield part  # without copying it
            continue
        waiting += part
        while len(waiting) >= CHUNK_SIZE:
            yield bytes(waiting[:CHUNK_SIZE])
            del waiting[:CHUNK_SIZE]
    if waiting:
        yield bytes(waiting)


def _find(object_id: ObjectId, first: int, end: int) -> list[bytes]:
    """Return chunks `first` up to, but without, `end`."""
    wanted = {"files_id": object_id, "n": {"$gte": first, "$lt": end}}
    with translated(BATCH_SECONDS):
        found = list(gridfs.collection(gridfs.CHUNKS).find(wanted, {"_id": 0, "data": 1}).sort("n"))
    if len(found) != end - first:
        raise Missing()
    return [chunk["data"] for chunk in found]
