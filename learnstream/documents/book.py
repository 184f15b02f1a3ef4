"""Books, which courses name in their reading lists."""

import enum
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
from mongoengine import DateTimeField, EmbeddedDocumentField, IntField, ListField, StringField

from learnstream.documents.base import Document
from learnstream.documents.rating import EmbeddedRating, Rating, unrated


class BookStatus(enum.StrEnum):
    """A book's status: offered for reading lists, or only kept where it stands in one."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class AuthoredBook(TypedDict):
    """What is said about a book. It tells nothing of a person who uses the platform.

    `published_date` is a year, a month or a day: `1897`, `1897-05`, `1897-05-26`; empty if unknown. `isbn` is the
    13 digits without hyphens. `language` is a tag (BCP 47). `description` is Markdown source.
    """

    title: str
    subtitle: str
    authors: list[str]
    publisher: str
    published_date: str
    page_count: int | None
    language: str
    isbn: str | None
    description: str
    cover: str
    subject_id: int | None
    tags: list[str]


class ListedBook(AuthoredBook):
    """A book as everybody sees it."""

    _id: ObjectId
    status: str
    created_by: int
    rating: Rating
    revision: int
    created_at: datetime
    updated_at: datetime


class StoredBook(ListedBook):
    """A whole book."""

    words: list[str]
    sort_title: str
    import_id: NotRequired[str]


class Book(Document):
    """A book.

    `revision` counts changes of what is said about it and is the ETag; reviews, which move `rating`, do not count. `words`
    are the folded words that searches match. `import_id` is the import that created or last changed it, absent once
    someone has changed it since. A book in reading lists of published versions is archived instead of deleted.
    """

    title = StringField(required=True)
    subtitle = StringField(default="")
    authors = ListField(StringField())
    publisher = StringField(default="")
    published_date = StringField(default="")
    page_count = IntField()
    language = StringField(default="")
    isbn = StringField()
    description = StringField(default="")
    cover = StringField(default="")
    subject_id = IntField()
    tags = ListField(StringField())
    status = StringField(required=True)
    created_by = IntField(required=True)
    rating = EmbeddedDocumentField(EmbeddedRating, default=unrated)
    words = ListField(StringField())
    sort_title = StringField(default="")
    revision = IntField(required=True)
    import_id = StringField()
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    stored = StoredBook
    meta = {
        "collection": "books",
        "indexes": [
            {"fields": ["isbn"], "unique": True, "partialFilterExpression": {"isbn": {"$type": "string"}}},
            {"fields": ["status", "-created_at", "_id"]},
            {"fields": ["status", "sort_title", "_id"]},
            {"fields": ["status", "words"]},
            {"fields": ["status", "tags"]},
            {"fields": ["status", "language"]},
            {"fields": ["subject_id", "status"]},
            {"fields": ["created_by", "-created_at", "_id"]},
            # Sweeps ask which photos are in use.
            {"fields": ["cover"]},
            {"fields": ["import_id"], "sparse": True},
        ],
    }
