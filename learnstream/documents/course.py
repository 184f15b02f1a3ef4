"""Courses: the draft that its instructors edit, and the immutable versions that learners learn from."""

import enum

from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class CourseStatus(enum.StrEnum):
    """Where a course stands: never published, open, closed to new learners, or gone and about to be cleaned up."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


class Course(Document):
    """The draft of a course, and which of its versions is current.

    `modules` is the draft's outline: a list of `{id, title, lesson_ids, prerequisites, release, conditions}`, and alone
    says which lessons the draft has; what opens a module and its lessons is explained in `services.conditions`.
    `revision` counts its changes and is its ETag. `versions` lists what was published: `{number, version_id,
    published_at, published_by, note, learners}`; pushing to it, in an update conditional on `revision`, is the one
    write that publishes. `published` is what the catalogue shows of the current version, with the `words` it is found by and the `folded`
    texts that rank it; `published_at` is when the
    first one came out. `max_playback_rate` is how fast its videos may be watched, at once and in all versions; None leaves it
    to the configuration.

    What a crash may leave undone is named by the write that decided it, and finished by whoever comes next:
    `seats_due` is a version that live seats have yet to move to, `restoring` the lessons that a restore has yet to
    copy (see `services.publishing`), `acts_due` what PostgreSQL has yet to account for (see `services.acts`).
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
            # The release before searches by it.
            {
                "fields": ["$published.title", "$published.tags", "$published.summary", "$published.description"],
                "default_language": "none",
                # `language` is a course's own language, not a stemming rule of the index.
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
    """A published snapshot of a course. It counts only once `Course.versions` names it.

    `course` holds the draft's metadata as it was; `modules` is the whole outline: `{id, title, prerequisites, release,
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
