"""What all documents share."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar

import pymongo
from mongoengine import Document as MongoDocument
from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.errors import OperationFailure

from learnstream.stores import mongo

BUILD_SECONDS = 600
# The server has an index of this name or of these fields, but with other options.
DECLARED_OTHERWISE = {85, 86}


class Document(MongoDocument):
    """A document whose collection refuses at once while MongoDB rests (see `guards.Breaker`).

    The classes say what a collection holds and how it is indexed; reads take projections and writes take updates
    straight from `collection()`, because hydrating documents costs thirty times the read itself.
    """

    meta: ClassVar[dict[str, Any]] = {"abstract": True, "auto_create_index": False}

    @classmethod
    def collection(cls) -> Collection:
        """Return the driver's collection.

        Raises:
            Unavailable: see `mongo.guarded`.
        """
        return mongo.guarded(cls._get_collection())


def in_batches(
    found: Cursor, size: int, *, patience: float = mongo.OPERATION_MS / 1000
) -> Iterator[list[dict[str, Any]]]:
    """Give what is found in batches, each within `patience` seconds, however long it takes in all.

    The server holds the time that it spends on all batches against the limit that came with the first: so that one goes
    without any, and only the socket's timeout bounds it.
    """
    found.batch_size(size)
    seconds = 0.0  # no limit
    while True:
        with pymongo.timeout(seconds):
            batch = list(islice(found, size))
        if not batch:
            return
        yield batch
        seconds = patience


def ensure_indexes() -> list[str]:
    """Build every index that is missing, and anew what was declared otherwise before. Returns the collections' names.

    Safe to repeat and to run twice at once.
    """
    classes = [cls for cls in Document.__subclasses__() if not cls._meta.get("abstract")]
    # A collection may be large: what bounds a request does not bound this.
    with pymongo.timeout(BUILD_SECONDS):
        for cls in classes:
            for spec in cls._meta["index_specs"]:
                options = {name: value for name, value in spec.items() if name not in {"fields", "cls"}}
                _build(cls._get_collection(), IndexModel(spec["fields"], **options))
    return sorted(cls._get_collection_name() for cls in classes)


def _build(collection: Collection, index: IndexModel) -> None:
    try:
        collection.create_indexes([index])
    except OperationFailure as error:
        if error.code not in DECLARED_OTHERWISE:
            raise
        for name, known in collection.index_information().items():
            if name == index.document["name"] or dict(known["key"]) == dict(index.document["key"]):
                collection.drop_index(name)
        collection.create_indexes([index])
