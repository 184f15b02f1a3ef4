"""Lessons: a draft each, and the immutable contents that course versions name."""

import enum

from mongoengine import BooleanField, DateTimeField, DictField, IntField, ObjectIdField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class LessonKind(enum.StrEnum):
    """What a lesson is made of."""

    VIDEO = "video"
    TEXT = "text"


class Lesson(Document):
    """The draft of a lesson. Its id is its identity in every version; its place is in the course's outline.

    `completion` is `{rule, threshold}`, null for what its kind has by itself (see `services.completion`).
    `course_id` is absent while an administrator's upload has not been attached to a course. `deleted_at` keeps the
    identity for versions that still show the lesson; `leaving` says that the outline may still name it.
    """

    course_id = ObjectIdField()
    title = StringField(required=True)
    kind = StringField(required=True)
    summary = StringField(default="")
    body = StringField(default="")  # Markdown source, stored as given
    free_preview = BooleanField(default=False)
    video_id = ObjectIdField()
    completion = DictField(null=True)
    revision = IntField(default=1)
    created_by = IntField()
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)
    deleted_at = DateTimeField()
    leaving = BooleanField()

    meta = {
        "collection": "lessons",
        "indexes": [
            {"fields": ["course_id"]},
            {"fields": ["video_id"], "sparse": True},
            {"fields": ["leaving"], "sparse": True},
        ],
    }


class LessonVersion(Document):
    """A lesson's content as it was published. Course versions share it for as long as the draft does not change."""

    lesson_id = ObjectIdField(required=True)
    course_id = ObjectIdField(required=True)
    revision = IntField(required=True)  # of the draft it was taken from
    title = StringField(required=True)
    kind = StringField(required=True)
    summary = StringField(default="")
    body = StringField(default="")
    free_preview = BooleanField(default=False)
    video_id = ObjectIdField()
    completion = DictField(null=True)
    updated_at = DateTimeField()  # of the draft it was taken from
    created_at = DateTimeField(default=now)

    meta = {
        "collection": "lesson_versions",
        # One content a draft revision: publishing the same draft twice writes nothing new.
        "indexes": [{"fields": ["lesson_id", "revision"], "unique": True}],
    }
