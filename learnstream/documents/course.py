"""Courses: the draft that instructors edit, and the immutable versions that learners see."""

import enum

from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class CourseStatus(enum.StrEnum):
    """A course's status: never published, open, closed to new learners, or deleted and awaiting cleanup."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


class Course(Document):
    """The draft of a course, and the number of its current version.

    `modules` is the draft's outline, a list of `{id, title, lesson_ids, prerequisites, release, conditions}`, and the
    only record of its lessons; `services.authoring.conditions` explains when modules and lessons open.
    `revision` counts changes and is the ETag. `versions` lists the published versions: `{number, version_id,
    published_at, published_by, note, learners}`; pushing to it, in an update conditional on `revision`, is the single
    write that publishes. `published` is the catalogue's view of the current version, with the `words` that searches
    match and the `folded` texts used for ranking; `published_at` is when the first version was published.
    `max_playback_rate` limits playback speed in all versions with immediate effect; None means the configured default.

    Steps that a crash may leave unfinished are recorded by the write that decided on them, and completed by the next
    repair: `seats_due` is a version to which live seats have yet to move, `restoring` the lessons that a restore has
    yet to copy (see `services.authoring.publishing`), `acts_due` entries missing from PostgreSQL (see
    `services.authoring.course_log`).
    """

    title = StringField(required=True)
    slug = StringField(required=True)
    summary = StringField(default="")
    description = StringField(default="")
    subject = StringField(default="")
    tags = ListField(StringField())
    level = StringField(default="")
    language = StringField(default="")
    cover = StringField(default="")
    instructor_ids = ListField(IntField())
    modules = ListField(DictField())
    status = StringField(default=CourseStatus.DRAFT)
    revision = IntField(default=1)
    current_version = IntField(default=0)
    max_playback_rate = FloatField()
    versions = ListField(DictField())
    published = DictField()
    published_at = DateTimeField()
    seats_due = IntField()
    restoring = DictField()
    acts_due = ListField(DictField())
    created_by = IntField()
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    meta = {
        "collection": "courses",
        "indexes": [
            {"fields": ["status", "-published_at", "_id"]},
            {"fields": ["status", "published.sort_title", "_id"]},
            {"fields": ["seats_due"], "sparse": True},
            {"fields": ["restoring.version"], "sparse": True},
            {"fields": ["acts_due.key"], "sparse": True},
            {"fields": ["status", "published.subject"]},
            {"fields": ["status", "published.tags"]},
            {"fields": ["status", "published.words"]},
            {"fields": ["status", "published.language"]},
            {"fields": ["instructor_ids", "-updated_at", "-_id"]},
            {"fields": ["-updated_at", "-_id"]},
            {"fields": ["slug"], "unique": True},
            # The previous release searches with it.
            {
                "fields": ["$published.title", "$published.tags", "$published.summary", "$published.description"],
                "default_language": "none",
                # `language` is the language of the course, not the index's stemming language.
                "language_override": "text_index_language",
                "weights": {
                    "published.title": 10,
                    "published.tags": 5,
                    "published.summary": 3,
                    "published.description": 1,
                },
                "name": "search",
            },
        ],
    }


class CourseVersion(Document):
    """A published snapshot of a course. It takes effect only once `Course.versions` lists it.

    `course` holds the draft's metadata; `modules` is the whole outline: `{id, title, prerequisites, release,
    lessons: [{id, version_id, title, kind, summary, free_preview, video_id, completion, prerequisites, release}]}`.
    """

    course_id = ObjectIdField(required=True)
    number = IntField(required=True)
    course = DictField()
    modules = ListField(DictField())
    lesson_ids = ListField(ObjectIdField())
    video_ids = ListField(ObjectIdField())
    published_by = IntField()
    published_at = DateTimeField(default=now)
    note = StringField(default="")
    learners = StringField(default="migrate")

    meta = {
        "collection": "course_versions",
        "indexes": [
            {"fields": ["course_id", "number"]},
            {"fields": ["video_ids"]},
        ],
    }
