"""How far a learner has come in a course, derived from the records of its lessons."""

from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class CourseProgress(Document):
    """One learner's way through one course; its id is `{user_id}:{course_id}`.

    Derived by the roll-up from `Progress`, with absolute values a lesson, so that rolling up twice changes nothing:
    `lessons` maps a lesson's id to `{s: seconds, f: fraction, c: completed_at}`. Times are aware, durations seconds.
    """

    id = StringField(primary_key=True)
    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    version = IntField()
    lessons = DictField()
    completed_count = IntField(default=0)
    fraction = FloatField(default=0.0)
    watch_seconds = IntField(default=0)
    active_days = ListField(StringField())
    started_at = DateTimeField()
    last_active_at = DateTimeField()
    completed_at = DateTimeField()
    completion_seconds = IntField()

    meta = {
        "collection": "course_progress",
        "indexes": [
            {"fields": ["course_id", "-fraction", "_id"]},
            {"fields": ["course_id", "-last_active_at", "_id"]},
            {"fields": ["course_id", "active_days"]},
            {"fields": ["course_id", "completion_seconds"], "sparse": True},
            {"fields": ["user_id"]},
        ],
    }
