"""Questions: one current version each, and the immutable versions that quizzes and attempts refer to."""

import enum
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from mongoengine import DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class QuestionKind(enum.StrEnum):
    """A question's type, which decides its content, its answers and their marking."""

    SINGLE_CHOICE = "single_choice"
    TRUE_FALSE = "true_false"
    MULTIPLE_CHOICE = "multiple_choice"
    SHORT_TEXT = "short_text"
    NUMERIC = "numeric"
    MATCHING = "matching"
    ORDERING = "ordering"
    CLOZE = "cloze"
    ESSAY = "essay"


class AuthoredQuestion(TypedDict):
    """What authors say about a question, which a change replaces by a new version.

    `content` depends on the kind (see `services.quizzes.kinds`). It tells nothing of a person (see
    `services.foundation.personal_data`).
    """

    stem: str
    media: list[ObjectId]
    explanation: str
    tags: list[str]
    content: dict[str, Any]


class ListedQuestion(TypedDict):
    """A question without its versions."""

    _id: ObjectId
    course_id: ObjectId
    kind: str
    number: int
    version_id: ObjectId
    tags: list[str]
    key: str | None
    archived_at: datetime | None
    revision: int
    created_by: int
    created_at: datetime
    updated_at: datetime


class StoredQuestion(ListedQuestion):
    """A whole question."""

    version_ids: list[ObjectId]
    words: list[str]


class Question(Document):
    """A question in a course's bank.

    `number` counts its versions, and `version_ids` lists them, oldest first; `version_id` is the last one. Only these
    versions exist: one that a crash left without its question is in no list. `words` are the folded words that searches
    match. `key` identifies the question in imports. A question is archived instead of deleted, because published versions
    and attempts still show it. `revision` counts all changes and is the ETag.
    """

    course_id = ObjectIdField(required=True)
    kind = StringField(required=True)
    number = IntField(required=True)
    version_id = ObjectIdField(required=True)
    version_ids = ListField(ObjectIdField(), required=True)
    tags = ListField(StringField())
    words = ListField(StringField())
    key = StringField()
    archived_at = DateTimeField()
    revision = IntField(required=True)
    created_by = IntField(required=True)
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    stored = StoredQuestion

    meta = {
        "collection": "questions",
        "indexes": [
            {"fields": ["course_id", "-created_at", "_id"]},
            {"fields": ["course_id", "kind", "-created_at", "_id"]},
            {"fields": ["course_id", "tags", "-created_at", "_id"]},
            {"fields": ["course_id", "words"]},
            # A list of archived questions need not read the others.
            {
                "fields": ["course_id", "archived_at", "-created_at", "_id"],
                "partialFilterExpression": {"archived_at": {"$type": "date"}},
            },
            {
                "fields": ["course_id", "key"],
                "unique": True,
                "partialFilterExpression": {"key": {"$type": "string"}},
            },
        ],
    }


class StoredQuestionVersion(AuthoredQuestion):
    """A whole version of a question."""

    _id: ObjectId
    question_id: ObjectId
    course_id: ObjectId
    number: int
    kind: str
    created_by: int
    created_at: datetime


class QuestionVersion(Document):
    """A question as it was between two changes. It never changes."""

    question_id = ObjectIdField(required=True)
    course_id = ObjectIdField(required=True)
    number = IntField(required=True)
    kind = StringField(required=True)
    stem = StringField(default="")  # Markdown source, stored verbatim
    media = ListField(ObjectIdField())  # each a `File`
    explanation = StringField(default="")
    tags = ListField(StringField())
    content = DictField(required=True)
    created_by = IntField(required=True)
    created_at = DateTimeField(required=True)

    stored = StoredQuestionVersion

    meta = {
        "collection": "question_versions",
        "indexes": [
            {"fields": ["question_id", "number"]},
            {"fields": ["course_id"]},
            {"fields": ["media"], "sparse": True},
        ],
    }
