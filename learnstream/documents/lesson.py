"""Lessons: one draft each, and the immutable contents that course versions refer to."""

import enum
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
from mongoengine import BooleanField, DateTimeField, DictField, IntField, ObjectIdField, StringField

from learnstream.documents.base import Document


class LessonKind(enum.StrEnum):
    """A lesson's type of content."""

    VIDEO = "video"
    TEXT = "text"
    DOCUMENT = "document"
    QUIZ = "quiz"
    ASSIGNMENT = "assignment"


class Completion(TypedDict):
    """A completion rule as its author chose it (see `services.authoring.completion_rules`)."""

    rule: str
    threshold: NotRequired[float | None]


class ShownContent(TypedDict):
    """What authors say about a lesson, as outlines show it."""

    title: str
    kind: str
    summary: str
    free_preview: bool


class Content(ShownContent):
    """A lesson in a version's outline. Restoring the version restores it.

    `quiz_id` is that of the settings that the draft has; in an outline, that of the frozen ones (see `documents.quiz`).
    `assignment_id` is that of the settings, in a draft and in an outline alike.
    """

    video_id: ObjectId | None
    document_id: ObjectId | None
    quiz_id: ObjectId | None
    assignment_id: ObjectId | None
    completion: Completion | None


class WholeContent(Content):
    """All that authors say about a lesson, with its text, which outlines do not contain.

    It tells nothing of a person (see `services.foundation.personal_data`).
    """

    body: str


class ContentFields:
    """The fields of `Content`. A lesson stored before one of them existed has its default."""

    title = StringField(required=True)
    kind = StringField(required=True)
    summary = StringField(default="")
    free_preview = BooleanField(default=False)
    video_id = ObjectIdField()
    document_id = ObjectIdField()  # a `File`
    quiz_id = ObjectIdField()
    assignment_id = ObjectIdField()
    completion = DictField(default=None, null=True)


class WholeContentFields(ContentFields):
    body = StringField(default="")  # Markdown source, stored verbatim


class ListedLesson(Content):
    """The draft of a lesson without its text."""

    _id: ObjectId
    course_id: ObjectId | None
    revision: int
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    leaving: NotRequired[bool]


class StoredLesson(ListedLesson, WholeContent):
    """The whole draft of a lesson."""


class Lesson(WholeContentFields, Document):
    """The draft of a lesson. Its id is the same in every version; the course's outline determines its position.

    `completion` is null for its kind's default (see `services.authoring.completion_rules`).
    `course_id` is absent while an administrator's upload is not attached to a course. `deleted_at` marks a deletion
    that keeps the id for versions that still contain the lesson; `leaving`: the outline may still refer to it.
    """

    course_id = ObjectIdField()
    revision = IntField(required=True)
    created_by = IntField()
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)
    deleted_at = DateTimeField()
    leaving = BooleanField()

    stored = StoredLesson

    meta = {
        "collection": "lessons",
        "indexes": [
            {"fields": ["course_id"]},
            {"fields": ["video_id"], "sparse": True},
            {"fields": ["document_id"], "sparse": True},
            {"fields": ["assignment_id"], "sparse": True},
            {"fields": ["leaving"], "sparse": True},
        ],
    }


class StoredContent(WholeContent):
    """A whole lesson version; `revision` and `updated_at` are those of the draft it was taken from."""

    _id: ObjectId
    lesson_id: ObjectId
    course_id: ObjectId | None
    revision: int
    updated_at: datetime
    created_at: datetime


class LessonVersion(WholeContentFields, Document):
    """A lesson's published content. Course versions share it as long as the draft does not change."""

    lesson_id = ObjectIdField(required=True)
    course_id = ObjectIdField()
    revision = IntField(required=True)
    updated_at = DateTimeField(required=True)
    created_at = DateTimeField(required=True)

    stored = StoredContent

    meta = {
        "collection": "lesson_versions",
        # One per draft revision: publishing the same draft twice writes nothing new.
        "indexes": [{"fields": ["lesson_id", "revision"], "unique": True}],
    }
