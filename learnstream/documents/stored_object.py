"""The objects that the GridFS adapter of the file storage keeps; only that adapter reads and writes them.

An object is written under a new id, and becomes visible by its entry in `objects.files`. Of several entries with the same
name, the latest one counts.
"""

from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from mongoengine import BinaryField, DateTimeField, DictField, IntField, LongField, ObjectIdField, StringField

from learnstream.documents.base import Document
from learnstream.stores import gridfs


class StoredEntry(TypedDict):
    """An entry, as the GridFS specification has it."""

    _id: ObjectId
    filename: str
    length: int
    chunkSize: int
    uploadDate: datetime
    metadata: dict[str, str]


class ObjectEntry(Document):
    """A complete object."""

    filename = StringField(required=True)
    length = LongField(required=True)
    chunkSize = IntField(required=True)  # noqa: N815 - GridFS's name
    uploadDate = DateTimeField(required=True)  # noqa: N815 - GridFS's name
    metadata = DictField()

    stored = StoredEntry
    meta = {
        "collection": gridfs.FILES,
        # The driver's own index on these fields has this name, too.
        "indexes": [{"fields": ["filename", "uploadDate"]}],
    }


class StoredChunk(TypedDict):
    """A part of an object, as the GridFS specification has it."""

    _id: ObjectId
    files_id: ObjectId
    n: int
    data: bytes


class ObjectChunk(Document):
    """A part of an object, complete or not."""

    files_id = ObjectIdField(required=True)
    n = IntField(required=True)
    data = BinaryField(required=True)

    stored = StoredChunk
    meta = {"collection": gridfs.CHUNKS, "indexes": [{"fields": ["files_id", "n"], "unique": True}]}


class StoredUnfinished(TypedDict):
    """A write or removal in progress; its id is the object's."""

    _id: ObjectId
    began_at: datetime


class UnfinishedObject(Document):
    """A write or removal that has begun: if it never ends, a sweep removes its chunks."""

    began_at = DateTimeField(required=True)

    stored = StoredUnfinished
    meta = {"collection": gridfs.UNFINISHED, "indexes": [{"fields": ["began_at"]}]}
