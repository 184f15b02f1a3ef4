"""The entries of objects, which make them visible, and the records of writes and removals in progress.

Of several entries with one name, the latest counts: a write that replaces an object shows the new one, then removes the old.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import pymongo
from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.errors.file_storage import Missing
from learnstream.integrations.gridfs import chunks
from learnstream.integrations.gridfs.calls import translated
from learnstream.stores import gridfs
from learnstream.stores.gridfs import FILES, UNFINISHED, collection

Entry = dict[str, Any]

LATEST = [("uploadDate", pymongo.DESCENDING), ("_id", pymongo.DESCENDING)]
PAGE = 500  # entries or records read at a time


def find(name: str) -> Entry:
    """Return the entry of an object.

    Raises:
        Missing: there is none.
    """
    with translated():
        found: Entry | None = collection(FILES).find_one({"filename": name}, sort=LATEST)
    if found is None:
        raise Missing()
    return found


def begin(object_id: ObjectId) -> ObjectId:
    """Record that an object is being written or removed."""
    with translated():
        collection(UNFINISHED).update_one({"_id": object_id}, {"$set": {"began_at": now()}}, upsert=True)
    return object_id


def show(object_id: ObjectId, name: str, size: int, content_type: str | None) -> Entry:
    """Make a written object visible under a name, in place of an older one, and return its entry."""
    values = {
        "filename": name,
        "length": size,
        "chunkSize": gridfs.CHUNK_SIZE,
        "metadata": {"contentType": content_type} if content_type else {},
    }
    entry = {field: {"$literal": value} for field, value in values.items()}
    # By the server's clock: those of two web processes may disagree on which write was the last.
    change = [{"$set": {**entry, "uploadDate": "$$NOW"}}]
    with translated():
        shown = collection(FILES).find_one_and_update(
            {"_id": object_id}, change, upsert=True, return_document=ReturnDocument.AFTER
        )
    keep_latest(name)
    finish(object_id)
    return cast(Entry, shown)


def keep_latest(name: str) -> None:
    """Remove all objects of this name but the latest."""
    for object_id in ids(name)[1:]:
        remove(begin(object_id))


def remove(object_id: ObjectId) -> int:
    """Remove an object, or what was written of it, and return the number of its chunks."""
    with translated():
        collection(FILES).delete_one({"_id": object_id})
    removed = chunks.remove(object_id)
    finish(object_id)
    return removed


def finish(object_id: ObjectId) -> None:
    """Remove the record of a write or removal."""
    with translated():
        collection(UNFINISHED).delete_one({"_id": object_id})


def ids(name: str) -> list[ObjectId]:
    """Return the ids of all objects of this name, the latest first."""
    with translated():
        return [entry["_id"] for entry in collection(FILES).find({"filename": name}, {"_id": 1}, sort=LATEST)]


def names(prefix: str, older_than: datetime) -> Iterator[str]:
    """Yield the names that begin with `prefix` and belong to objects from before that time."""
    before, after = {"$lt": older_than}, ""
    while True:
        wanted = {"filename": {"$regex": f"^{re.escape(prefix)}", "$gt": after}, "uploadDate": before}
        with translated():
            found = collection(FILES).find(wanted, {"filename": 1}, sort=[("filename", 1)], limit=PAGE)
            page = [entry["filename"] for entry in found]
        yield from dict.fromkeys(page)
        if len(page) < PAGE:
            return
        after = page[-1]


def unfinished(older_than: datetime) -> list[ObjectId]:
    """Return ids of objects whose writing or removal began before that time."""
    with translated():
        found = collection(UNFINISHED).find({"began_at": {"$lt": older_than}}, {"_id": 1}, limit=PAGE)
        return [record["_id"] for record in found]


def discard(object_id: ObjectId) -> int:
    """Complete what was killed: remove what is not visible, and return the number of its chunks."""
    with translated():
        entry = collection(FILES).find_one({"_id": object_id}, {"filename": 1})
    if entry is None:
        return remove(object_id)
    keep_latest(entry["filename"])
    finish(object_id)
    return 0
