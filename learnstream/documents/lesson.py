"""Lessons: one draft each, and the immutable contents that course versions refer to."""

import enum

from mongoengine import BooleanField, DateTimeField, DictField, IntField, ObjectIdField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class LessonKind(enum.StrEnum):
    """A lesson's type of content."""

    VIDEO = "video"
    TEXT = "text"


class Lesson(Document):
    """The draft of a lesson. Its id is the same in every version; the course's outline determines its position.

    `completion` is `{rule, threshold}`, null for its kind's default (see `services.authoring.completion_rules`).
    `course_id` is absent while an administrator's upload is not attached to a course. `deleted_at` marks a deletion
    that keeps the id for versions that still contain the lesson; `leaving`: the outline may still refer to it.
    """

    course_id = ObjectIdField()
    title = StringField(required=True)
    kind = StringField(required=True)
    summary = StringField(default="")
    body = StringField(default="")  # Markdown source, stored verbatim
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
    """A lesson's published content. Course versions share it as long as the draft does not change."""

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
        # One per draft revision: publishing the same draft twice writes nothing new.
        "indexes": [{"fields": ["lesson_id", "revision"], "unique": True}],
    }
