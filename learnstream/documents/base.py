"""What all documents share."""

from typing import Any, ClassVar

from mongoengine import Document as MongoDocument
from pymongo.collection import Collection

from learnstream import mongo


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
            Unavailable: MongoDB failed a moment ago.
        """
        mongo.breaker.admit()
        return cls._get_collection()


def ensure_indexes() -> list[str]:
    """Build every index that is missing; safe to repeat and to run twice at once. Returns the collections' names."""
    classes = [cls for cls in Document.__subclasses__() if not cls._meta.get("abstract")]
    for cls in classes:
        cls.ensure_indexes()
    return sorted(cls._get_collection_name() for cls in classes)
