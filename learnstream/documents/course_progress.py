"""A learner's progress in a course, derived from their lesson records."""

from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class CourseProgress(Document):
    """One learner's progress in one course, for all present and past enrollments; its id is `{user_id}:{course_id}`.

    Derived by the roll-up from `Progress` and the enrollment as absolute values, so that a roll-up is idempotent.
    `lessons` maps a lesson's id to a summary of its record at revision `r`: `s` seconds watched, `v` the watched share
    of each video by its id, `d` seconds by day, `q` the quarter-hour in which each day began, `b` when it was started,
    `a` the last activity, `c` when it was completed, `n` in which version of the course, `x` when it was reset. In `s`, `d`, `days` and `watch_seconds`, each
    second of a video counts once a day.

    `fraction`, `shares`, `completed_count` and `lesson_count` refer to the enrollment's version (see
    `services.learning.course_totals`). `completed_at` is permanent, whatever later versions add; `completed_day` is its
    day, and `completion_seconds` the time since enrolling. Updates are conditional on `revision`, and increment it.
    `quarters` lists `{n, s}`: the seconds of the lessons' days that began in quarter-hour `n` since 1970. It is valid if
    `quarters_of` equals `revision`: an older release updates neither.
    """

    id = StringField(primary_key=True)
    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    status = StringField()  # the enrollment's
    enrolled_at = DateTimeField()
    version = IntField()
    lessons = DictField()
    lesson_count = IntField(default=0)
    completed_count = IntField(default=0)
    shares = FloatField(default=0.0)
    fraction = FloatField(default=0.0)
    watch_seconds = IntField(default=0)
    days = DictField()
    quarters = ListField(DictField())
    quarters_of = IntField()
    active_days = ListField(StringField())
    started_at = DateTimeField()
    last_active_at = DateTimeField()
    completed_at = DateTimeField()
    completed_day = StringField()
    completion_seconds = IntField()
    revision = IntField(default=1)
    updated_at = DateTimeField()

    meta = {
        "collection": "course_progress",
        "indexes": [
            {"fields": ["course_id", "-fraction", "_id"]},
            {"fields": ["course_id", "-last_active_at", "_id"]},
            {"fields": ["active_days", "course_id", "user_id"]},
            {"fields": ["completed_day", "course_id"]},
            {"fields": ["course_id", "completion_seconds"]},
            {"fields": ["completion_seconds"], "sparse": True},
            {"fields": ["fraction"]},
            {"fields": ["user_id"]},
        ],
    }
