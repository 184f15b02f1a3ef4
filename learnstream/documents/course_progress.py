"""How far a learner has come in a course, derived from the records of its lessons."""

from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class CourseProgress(Document):
    """One learner's way through one course, for everybody who has or had a seat in it; its id is `{user_id}:{course_id}`.

    Derived by the roll-up from `Progress` and the seat, with absolute values, so that rolling up twice changes nothing.
    `lessons` maps a lesson's id to what its record said at revision `r`: `s` seconds watched, `v` the watched share of
    each video by its id, `d` seconds by day, `b` when it was begun, `a` when the learner was last there, `c` when it was
    completed, `n` in which version of the course, `x` when it was reset. Seconds of `s`, `d`, `days` and `watch_seconds` count once a day.

    `fraction`, `shares`, `completed_count` and `lesson_count` are those of the seat's version (see `services.standing`).
    `completed_at` once set stays, whatever later versions bring; `completed_day` is its day, and `completion_seconds`
    the time since enrolling. Every change counts in `revision`, and none is made but to the revision it was computed from.
    """

    id = StringField(primary_key=True)
    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    status = StringField()  # the seat's
    enrolled_at = DateTimeField()
    version = IntField()
    lessons = DictField()
    lesson_count = IntField(default=0)
    completed_count = IntField(default=0)
    shares = FloatField(default=0.0)
    fraction = FloatField(default=0.0)
    watch_seconds = IntField(default=0)
    days = DictField()
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
