"""The removal of files: marked first, then looked at again, and removed by a worker with all their bytes.

What begins to refer to a file holds it first (see `file_use`), which is impossible once it is marked. A reference written
by then is found by the second look; one whose request may still be at work, by the worker's look, before anything is lost.
"""

import enum
from datetime import datetime, timedelta

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose, FileState, StoredFile
from learnstream.errors.file_storage import Missing
from learnstream.errors.files import FileInUse, NoSuchFile
from learnstream.integrations import files as port
from learnstream.integrations.files import FileStore
from learnstream.services.media import file_queue, file_quota, file_use, files
from learnstream.stores.sql import db

# Longer than any request: what held a file by then has written its reference, or never will.
HOLD = timedelta(seconds=60)
# A file that is being checked or used changes between a look and its mark.
ATTEMPTS = 3
# Ready files are reviewed this often (see `file_sweeps`).
REVIEW_INTERVAL = timedelta(days=1)


class Reason(enum.StrEnum):
    """Why a file is removed."""

    DELETED = "deleted"  # by its owner
    ABANDONED = "abandoned"  # never completed
    REFUSED = "refused"
    UNUSED = "unused"
    ORPHANED = "orphaned"  # its owner's account, or its document, does not exist


def delete(file_id: str) -> None:
    """Have a worker remove a file, for its owner. From now on, it does not exist for any caller.

    Raises:
        NoSuchFile: there is no such file.
        FileInUse: something refers to it, or has just begun to.
    """
    for _ in range(ATTEMPTS):
        file = files.STORED.find_one({"_id": ObjectId(file_id), **files.EXISTS})
        if file is None:
            raise NoSuchFile()
        if is_named(file):
            break
        if mark(file, Reason.DELETED):
            file_queue.removal.wake()
            return
    raise FileInUse()


def is_named(file: StoredFile) -> bool:
    """Return whether something refers to a file. Only a file that is ready can be referred to."""
    named = file_use.named(FilePurpose(file["purpose"]), [file["_id"]]) if file["state"] == FileState.READY else ()
    return bool(named)


def mark(file: StoredFile, reason: Reason) -> bool:
    """Mark a file for removal, unless it changed since it was read or something refers to it; return whether it is marked."""
    unchanged = {"_id": file["_id"], "state": file["state"], "held_at": file["held_at"], **files.EXISTS}
    moment = now()
    marked = {"removing_at": moment, "removing_for": reason.value, "review_at": max(moment, _hold_ends(file))}
    change = {"$set": marked, "$unset": {"due_at": ""}}
    if not File.collection().update_one(unchanged, change).modified_count:
        return False
    try:
        named = is_named(file)
    except BaseException:
        # Unknown: what may be in use must not be gone until the store that knows is back.
        restore(file)
        raise
    if named:
        restore(file)
    files.forget(file["_id"])
    return not named


def _hold_ends(file: StoredFile) -> datetime:
    return (file["held_at"] or file["created_at"] - HOLD) + HOLD


def take_back(file_id: str) -> None:
    """Take back a mark that came between the hold on a file and the reference, which is written by now.

    The worker's look would do so a minute later; until then, the file would exist for nobody.
    """
    file = files.STORED.find_one({"_id": ObjectId(file_id), "removing_at": {"$ne": None}})
    if file:
        restore(file)


def restore(file: StoredFile) -> None:
    """Take back the mark of a file to which something refers after all."""
    change = {"removing_at": None, "removing_for": None, "unnamed_since": None, "review_at": now() + REVIEW_INTERVAL}
    File.collection().update_one({"_id": file["_id"]}, {"$set": change})
    files.forget(file["_id"])


def purge(file: StoredFile) -> int | None:
    """Remove a marked file and return the size of its bytes; None if it was not removed, because something refers to it.

    Raises:
        FileStorageError: the file storage failed; repeat it.
    """
    if is_named(file):
        restore(file)
        return None
    # Asking what refers to it opened a transaction, which must not stay open during calls to the file storage.
    db.session.rollback()
    store = port.store_of(file["store"])
    names = (files.staging_name(file["_id"]), file["object"], *file["derived"])
    size = sum(remove_object(store, name) for name in names if name)
    # What is left of the file is its document, which is found again if this process dies before.
    removed = file_quota.release({"_id": file["_id"], "removing_at": {"$ne": None}})
    return size if removed else None


def remove_object(store: FileStore, name: str) -> int:
    """Remove a stored object, if it exists; return its size."""
    try:
        size = store.stat(name).size
    except Missing:
        return 0
    store.delete(name)
    return size
