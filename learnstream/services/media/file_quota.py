"""The quota: how many bytes the files of a user may take.

A file's `charged` bytes are changed with its `move_id`, and their sum, the user's `used`, by atomic updates before and after:
one notes the change as a move, the other ends it. The quota reserves what a new file takes when its move is noted, and
releases what a file took when its move ends. So neither a crash nor requests at once leave the sum above the limit, or charge
anything twice. A job ends the moves of processes that died. There is no transaction: one whose process is killed would
block its documents for a minute, and with them all uploads of the user.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypedDict

import pymongo
from bson import ObjectId
from flask import current_app
from pymongo import ReadPreference
from pymongo.collection import Collection

from learnstream.clock import now
from learnstream.documents.base import Document
from learnstream.documents.file import File, FileQuota, QuotaMove, StoredQuota
from learnstream.documents.projection import Projection
from learnstream.errors.files import QuotaContended, QuotaExceeded
from learnstream.stores import mongo

# Far longer than what a process does between noting a move and ending it, which has the time of one operation.
ABANDONED_AFTER = timedelta(seconds=60)
BUDGET = mongo.OPERATION_MS / 1000
STORED = Projection(FileQuota, StoredQuota)


class Charged(TypedDict):
    """A file's share of its owner's quota, in bytes, and the last change of it."""

    _id: ObjectId
    owner_id: int
    charged: int
    move_id: ObjectId | None


CHARGED = Projection(File, Charged)


def limit() -> int:
    """Return how many bytes the files of each user may take."""
    allowed: int = current_app.config["FILES_QUOTA"]
    return allowed


def used(owner_id: int) -> int:
    """Return how many bytes a user's files take."""
    found = STORED.find_one({"_id": owner_id})
    return found["used"] if found else 0


def insert_charged(file: dict[str, Any]) -> None:
    """Insert a file, and charge what it takes to its owner.

    Raises:
        QuotaExceeded: the owner's files would take more than they may.
        QuotaContended: it took so long that the file was given up.
    """
    owner_id, size = file["owner_id"], file["charged"]
    with pymongo.timeout(BUDGET):
        FileQuota.collection().update_one({"_id": owner_id}, {"$setOnInsert": {"used": 0}}, upsert=True)
        move = _move(file["_id"], done=0, undone=-size)
        room = {"_id": owner_id, "used": {"$lte": limit() - size}}
        reserved = {"$inc": {"used": size}, "$push": {"moves": move}}
        if not FileQuota.collection().update_one(room, reserved).matched_count:
            raise QuotaExceeded(used(owner_id), limit())
        file["move_id"] = move["id"]
        File.collection().insert_one(file)
        if not _end(owner_id, move, move["done"]):
            File.collection().delete_one({"_id": file["_id"], "move_id": move["id"]})
            raise QuotaContended()


def release(which: Mapping[str, Any], change: Mapping[str, Any] | None = None) -> bool:
    """Change one file, by default delete it, and release what it takes; return whether it was changed."""
    with pymongo.timeout(BUDGET):
        found = _primary(File).find_one(which, CHARGED.fields)
        if found is None:
            return False
        file = CHARGED.complete(found)
        if file["move_id"]:
            _end_last(file)
        if file["charged"] and not _release(file, which, change or {}):
            return False
        if change is None:
            return bool(File.collection().delete_one(which).deleted_count)
        return bool(file["charged"]) or bool(File.collection().update_one(which, change).matched_count)


def _end_last(file: Charged) -> None:
    """End the move that changed a file last, if its process has not done so."""
    quota = _primary(FileQuota).find_one({"_id": file["owner_id"], "moves.id": file["move_id"]})
    for move in quota["moves"] if quota else ():
        if move["id"] == file["move_id"]:
            _end(file["owner_id"], move, move["done"])


def _release(file: Charged, which: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """Change a file so that it takes nothing, unless it has changed since; return whether it was changed."""
    move = _move(file["_id"], done=-file["charged"], undone=0)
    FileQuota.collection().update_one({"_id": file["owner_id"]}, {"$push": {"moves": move}})
    unchanged = {**which, "charged": file["charged"], "move_id": file["move_id"]}
    free = {**change, "$set": {**change.get("$set", {}), "charged": 0, "move_id": move["id"]}}
    is_done = bool(File.collection().update_one(unchanged, free).matched_count)
    _end(file["owner_id"], move, move["done"] if is_done else move["undone"])
    return is_done


def end_abandoned() -> None:
    """End the moves of processes that died."""
    before = now() - ABANDONED_AFTER
    for quota in _primary(FileQuota).find({"moves.at": {"$lte": before}}):
        for move in quota["moves"]:
            if move["at"] <= before:
                is_done = _primary(File).count_documents({"_id": move["file_id"], "move_id": move["id"]})
                _end(quota["_id"], move, move["done"] if is_done else move["undone"])


def _move(file_id: ObjectId, *, done: int, undone: int) -> QuotaMove:
    return {"id": ObjectId(), "file_id": file_id, "at": now(), "done": done, "undone": undone}


def _end(owner_id: int, move: QuotaMove, change: int) -> bool:
    """Take account of a move, which changes what its owner's files take by `change`; return False if it had ended."""
    open_move = {"_id": owner_id, "moves.id": move["id"]}
    ended = {"$inc": {"used": change}, "$pull": {"moves": {"id": move["id"]}}}
    return bool(FileQuota.collection().update_one(open_move, ended).modified_count)


def _primary(document: type[Document]) -> Collection[Any]:
    """Return a collection whose reads see every write."""
    return document.collection().with_options(read_preference=ReadPreference.PRIMARY)
