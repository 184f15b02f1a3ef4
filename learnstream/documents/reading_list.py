"""The reading list of a course, in its draft and its versions, and the books that learners have read of it."""

from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from mongoengine import (
    BooleanField,
    DictField,
    EmbeddedDocument,
    IntField,
    ObjectIdField,
    StringField,
)

from learnstream.documents.base import Document


class ReadingEntry(TypedDict):
    """A book of a reading list; `lesson_id` is the lesson that it belongs to, None for the whole course."""

    book_id: ObjectId
    required: bool
    chapters: str
    note: str
    lesson_id: ObjectId | None


class EmbeddedReadingEntry(EmbeddedDocument):
    book_id = ObjectIdField(required=True)
    required = BooleanField(required=True)
    chapters = StringField(default="")
    note = StringField(default="")
    lesson_id = ObjectIdField()


class StoredReading(TypedDict):
    """A whole record."""

    _id: str
    user_id: int
    course_id: ObjectId
    books: dict[str, datetime]


class Reading(Document):
    """The books that one learner has marked as read in one course; its id is `{user_id}:{course_id}`.

    `books` maps the id of each to when it was first marked. It may have books that the learner's version no longer lists:
    a later version may list them again.
    """

    id = StringField(primary_key=True)
    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    books = DictField()

    stored = StoredReading
    meta = {"collection": "reading"}
