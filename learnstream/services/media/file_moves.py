"""The move of files to the storage for new files, after it was changed: the others stay readable where they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from bson import ObjectId

from learnstream.documents.file import File, FileState, StoredFile
from learnstream.errors.file_storage import FileStorageError
from learnstream.integrations import files as port
from learnstream.integrations.files import FileStore
from learnstream.services.foundation import lease
from learnstream.services.media import file_orphans, files

PAGE = 100  # files looked up at a time


@dataclass(slots=True)
class Moved:
    """The number of files that were moved, their size in bytes, and the number of those for which a storage failed."""

    count: int = 0
    size: int = 0
    failed: int = 0


class Sweeping(Exception):
    """Orphans are being removed, or other files moved; try again in a few minutes."""


def move_all() -> Iterator[Moved]:
    """Move the files that are ready and in another storage, one after the other; yield the sums after each.

    It may be repeated, and interrupted. The objects that are left behind belong to no file any more, and the next sweep of
    orphans removes them. Uploads in progress end where they began.

    Raises:
        Sweeping: a sweep could take a file that is moved back for the object which it left behind there.
    """
    with lease.hold(file_orphans.LEASE) as held:
        if held is None:
            raise Sweeping()
        moved = Moved()
        for file in _elsewhere(port.service().kind):
            held.renew()
            _try_to_move(file, moved)
            yield moved


def _try_to_move(file: StoredFile, moved: Moved) -> None:
    try:
        if _move(file, port.store_of(file["store"]), port.service()):
            moved.count, moved.size = moved.count + 1, moved.size + file["size"]
    except FileStorageError:
        moved.failed += 1


def _elsewhere(kind: str) -> Iterator[StoredFile]:
    # Page by page: the server closes a cursor that waits for more than ten minutes, as for a page of large files.
    wanted = {"store": {"$ne": kind}, "state": FileState.READY.value, **files.EXISTS}
    last = ObjectId("0" * 24)
    while page := files.STORED.find({**wanted, "_id": {"$gt": last}}, sort=[("_id", 1)], limit=PAGE):
        yield from page
        last = page[-1]["_id"]


def _move(file: StoredFile, source: FileStore, target: FileStore) -> bool:
    """Copy a file's objects, then let it name the copies; return False if it was removed meanwhile."""
    names = [name for name in (file["object"], *file["derived"]) if name]
    copies = [target.put(name, source.open(name), content_type=file["type"]) for name in names]
    there = {"_id": file["_id"], "store": source.kind, "object": file["object"], **files.EXISTS}
    change = {"$set": {"store": target.kind, "etag": copies[0].etag if file["object"] else None}}
    moved = bool(File.collection().update_one(there, change).modified_count)
    files.forget(file["_id"])
    return moved
