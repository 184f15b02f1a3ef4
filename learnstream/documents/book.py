"""Books, which courses name in their reading lists."""

import enum
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    EmbeddedDocument,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    IntField,
    ListField,
    StringField,
)

from learnstream.documents.base import Document
from learnstream.documents.rating import EmbeddedRating, Rating, unrated


class BookStatus(enum.StrEnum):
    """A book's status: offered, only kept where reading lists name it, or deleted and awaiting cleanup."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    DELETED = "deleted"


EXISTS = {"$ne": BookStatus.DELETED.value}  # a status


class BookLabels(TypedDict):
    """What is said about a book, as far as lists of books show it.

    `published_date` is a year, a month or a day: `1897`, `1897-05`, `1897-05-26`; empty if unknown. `isbn` is the
    13 digits without hyphens. `language` is a tag (BCP 47).
    """

    title: str
    subtitle: str
    authors: list[str]
    publisher: str
    published_date: str
    page_count: int | None
    language: str
    isbn: str | None
    cover: str
    subject_id: int | None
    tags: list[str]


class AuthoredBook(BookLabels):
    """All that is said about a book. `description` is Markdown source.

    It tells nothing of a person who uses the platform (see `services.foundation.personal_data`).
    """

    description: str


class ListedBook(BookLabels):
    """A book in a list."""

    _id: ObjectId
    status: str
    sort_title: str
    created_by: int
    rating: Rating
    revision: int
    created_at: datetime
    updated_at: datetime


class DescribedBook(ListedBook, AuthoredBook):
    """A book on its page."""


class ImportMark(TypedDict):
    """What a row (`place`) of an import did to a book: `created` it, or changed it from the fields in `before`.

    `revision` is the book's after that; a book with another one has been changed since. `undone` is what undoing the
    import has done about it (see `services.books.imports.undoing`), None if it was not undone.
    """

    import_id: int
    place: int
    revision: int
    created: bool
    before: dict[str, Any]
    undone: str | None


class EmbeddedImportMark(EmbeddedDocument):
    import_id = IntField(required=True)
    place = IntField(required=True)
    revision = IntField(required=True)
    created = BooleanField(required=True)
    before = DictField()
    undone = StringField()


class StoredBook(DescribedBook):
    """A whole book."""

    words: list[str]
    author_words: list[str]
    folded: dict[str, str]
    imports: list[ImportMark]


class Book(Document):
    """A book.

    `revision` counts changes of what is said about it and is the ETag; reviews, which move `rating`, do not count.
    `words` and `author_words` are what searches match, `folded` the texts used for ranking. `imports` are the last imports
    that created or changed it. A book in reading lists of published versions is archived instead of deleted.
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
    author_words = ListField(StringField())
    folded = DictField()
    sort_title = StringField(default="")
    imports = EmbeddedDocumentListField(EmbeddedImportMark)
    revision = IntField(required=True)
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    stored = StoredBook
    meta = {
        "collection": "books",
        "indexes": [
            {"fields": ["isbn"], "unique": True, "partialFilterExpression": {"isbn": {"$type": "string"}}},
            {"fields": ["status", "-created_at", "_id"]},
            {"fields": ["status", "sort_title", "_id"]},
            # Rows of imports without an ISBN ask for a title and its authors.
            {"fields": ["sort_title", "folded.authors"]},
            {"fields": ["status", "-rating.score", "_id"]},
            {"fields": ["status", "words"]},
            {"fields": ["status", "author_words"]},
            {"fields": ["status", "tags"]},
            {"fields": ["status", "language"]},
            {"fields": ["subject_id", "status"]},
            # Sweeps ask which photos are in use.
            {"fields": ["cover"]},
            # A sparse index would have all books, since each has an id.
            {
                "fields": ["imports.import_id", "_id"],
                "partialFilterExpression": {"imports.import_id": {"$exists": True}},
            },
            {"fields": ["status", "updated_at"]},
            # The search index asks what has changed.
            {"fields": ["updated_at"]},
        ],
    }
