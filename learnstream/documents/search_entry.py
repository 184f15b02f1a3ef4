"""The search index: what courses, lessons and books are found by, and the words that occur in them."""

import enum
from typing import NotRequired, TypedDict

from bson import ObjectId
from mongoengine import IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class FoundKind(enum.StrEnum):
    """What a search finds."""

    COURSE = "course"
    LESSON = "lesson"
    BOOK = "book"


class Placed(TypedDict):
    """Which thing an entry stands for, and its place among entries that match equally well."""

    _id: ObjectId
    kind: str
    course_id: ObjectId | None
    version: int
    version_id: ObjectId | None
    title: str
    rank: int


class StoredEntry(Placed):
    """A whole entry."""

    terms: list[str]
    own: NotRequired[list[str]]
    source: str


class SearchEntry(Document):
    """What a course, a lesson of its current version, or a book is found by. `_id` is the id of the thing itself.

    `terms` are the tokens that everybody finds it by, and `own` those for who may read its course: all of a lesson's
    words with those of its text, and everything of an archived course; `services.search.tokens` makes both. `rank`
    orders entries that match equally well, and tells kinds apart (see `services.search.ranks`). `version` is the
    course's, `version_id` the lesson's content, and `source` identifies what the entry was computed from.
    """

    id = ObjectIdField(primary_key=True)
    kind = StringField(required=True)
    course_id = ObjectIdField()
    version = IntField(default=0)
    version_id = ObjectIdField()
    title = StringField(required=True)
    rank = IntField(required=True)
    terms = ListField(StringField())
    own = ListField(StringField())
    source = StringField(default="")

    stored = StoredEntry
    meta = {
        "collection": "search_entries",
        "indexes": [
            {"fields": ["terms", "-rank", "_id"]},
            # A sparse index would have all entries, since each has a course, or null.
            {"fields": ["own", "course_id"], "partialFilterExpression": {"own": {"$exists": True}}},
            {"fields": ["course_id"]},
        ],
    }


class StoredWord(TypedDict):
    """A word, the number of entries in which it occurs, about, and its ends if it is long."""

    _id: str
    entries: int
    tails: NotRequired[list[str]]


class SearchWord(Document):
    """A word that occurs in entries, from which the words that begin with a query, or contain it, are found.

    `entries` is an estimate that chooses the order of work. `tails` are the ends of long words, such as compounds.
    """

    word = StringField(primary_key=True)
    entries = IntField(default=0)
    tails = ListField(StringField())

    stored = StoredWord
    meta = {"collection": "search_words", "indexes": [{"fields": ["tails"], "sparse": True}]}
