"""The quota: how many bytes the files of a user may take.

A file's `charged` bytes and their sum, the user's `used`, change in one transaction. Neither a crash nor requests at once
can therefore leave them apart, or the sum above the limit.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypedDict, TypeVar

import pymongo
from flask import current_app
from pymongo import ReadPreference
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure

from learnstream.documents.file import File, FileQuota, StoredQuota
from learnstream.documents.projection import Projection
from learnstream.errors.files import QuotaContended, QuotaExceeded
from learnstream.stores import mongo

T = TypeVar("T")
# Of transactions that conflict, one commits and the others are repeated after a short pause.
ATTEMPTS, PAUSE = 20, 0.02
CONFLICT = "TransientTransactionError"
STORED = Projection(FileQuota, StoredQuota)


class Charged(TypedDict):
    """A file's share of its owner's quota, in bytes."""

    owner_id: int
    charged: int


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
        QuotaContended: too many requests of the owner at once.
    """
    owner = {"_id": file["owner_id"]}
    FileQuota.collection().update_one(owner, {"$setOnInsert": {"used": 0}}, upsert=True)

    def work(session: ClientSession) -> bool:
        room = {**owner, "used": {"$lte": limit() - file["charged"]}}
        charge = {"$inc": {"used": file["charged"]}}
        if not FileQuota.collection().update_one(room, charge, session=session).matched_count:
            return False
        File.collection().insert_one(file, session=session)
        return True

    if not _in_transaction(work):
        raise QuotaExceeded(used(file["owner_id"]), limit())


def release(which: Mapping[str, Any], change: Mapping[str, Any] | None = None) -> int | None:
    """Change one file, by default delete it, and release what it takes; return that, or None if no file matches.

    Raises:
        QuotaContended: too many requests of the owner at once.
    """

    def work(session: ClientSession) -> int | None:
        found = CHARGED.find_one(which, session=session)
        if found is None:
            return None
        if change is None:
            File.collection().delete_one(which, session=session)
        else:
            free = {**change, "$set": {**change.get("$set", {}), "charged": 0}}
            File.collection().update_one(which, free, session=session)
        released = {"$inc": {"used": -found["charged"]}}
        FileQuota.collection().update_one({"_id": found["owner_id"]}, released, session=session)
        return found["charged"]

    return _in_transaction(work)


def _in_transaction(work: Callable[[ClientSession], T]) -> T:
    with pymongo.timeout(mongo.OPERATION_MS / 1000), mongo.session() as session:
        for _ in range(ATTEMPTS):
            try:
                with session.start_transaction(read_preference=ReadPreference.PRIMARY):
                    return work(session)
            except OperationFailure as error:
                if not error.has_error_label(CONFLICT):
                    raise
                time.sleep(random.uniform(0, PAUSE))  # noqa: S311 - not a secret
    raise QuotaContended()
