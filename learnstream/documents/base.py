"""The base class of all documents, batched reads, and index creation."""

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

INDEX_BUILD_SECONDS = 600
# IndexOptionsConflict and IndexKeySpecsConflict: an index of this name or of these fields has other options.
CONFLICTING_INDEX = {85, 86}


class Document(MongoDocument):
    """A document whose collection fails fast while MongoDB's circuit breaker is open (see `stores.breaker`).

    The classes declare a collection's fields and indexes; reads (with projections) and updates use the driver's
    `collection()` directly, because hydrating documents costs thirty times the read itself.
    """

    meta: ClassVar[dict[str, Any]] = {"abstract": True, "auto_create_index": False}
    # The types of all fields, as a `TypedDict`.
    stored: ClassVar[type]

    @classmethod
    def collection(cls) -> Collection[Any]:
        """Return the driver's collection.

        Raises:
            Unavailable: see `mongo.guarded`.
        """
        return mongo.guarded(cls._get_collection())


def in_batches(
    cursor: Cursor[Any], size: int, *, timeout: float = mongo.OPERATION_MS / 1000
) -> Iterator[list[dict[str, Any]]]:
    """Yield the cursor's results in batches, each read within `timeout` seconds, with no limit on the total.

    The server counts the time spent on all batches against the limit sent with the first one. The first therefore has
    no limit, and only the socket timeout bounds it.
    """
    cursor.batch_size(size)
    seconds = 0.0  # no limit
    while True:
        with pymongo.timeout(seconds):
            batch = list(islice(cursor, size))
        if not batch:
            return
        yield batch
        seconds = timeout


def ensure_indexes() -> list[str]:
    """Create missing indexes and rebuild those whose options have changed. Returns the collections' names.

    Safe to repeat and to run concurrently.
    """
    classes = [cls for cls in Document.__subclasses__() if not cls._meta.get("abstract")]
    # A collection may be large, so a request's timeout does not apply.
    with pymongo.timeout(INDEX_BUILD_SECONDS):
        for cls in classes:
            for spec in cls._meta["index_specs"]:
                options = {name: value for name, value in spec.items() if name not in {"fields", "cls"}}
                _build(cls._get_collection(), IndexModel(spec["fields"], **options))
    return sorted(cls._get_collection_name() for cls in classes)


def _build(collection: Collection[Any], index: IndexModel) -> None:
    try:
        collection.create_indexes([index])
    except OperationFailure as error:
        if error.code not in CONFLICTING_INDEX:
            raise
        for name, existing in collection.index_information().items():
            if name == index.document["name"] or dict(existing["key"]) == dict(index.document["key"]):
                collection.drop_index(name)
        collection.create_indexes([index])
