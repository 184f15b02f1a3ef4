"""Figures for instructors and administrators, as of the moment a roll-up counted them."""

from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class LessonStats(Document):
    """Figures of one lesson and the video it shows; counted whole from the learners' records each time.

    `retention` has at most 100 parts of equal length: `{watched, again, left}`, each a number of learners.
    """

    id = StringField(primary_key=True)  # "{lesson_id}:{video_id}", the latter empty for a lesson without one
    lesson_id = ObjectIdField(required=True)
    course_id = ObjectIdField(required=True)
    video_id = ObjectIdField()
    started = IntField(default=0)
    completed = IntField(default=0)
    watch_seconds = IntField(default=0)
    duration = FloatField()
    retention = ListField(DictField())
    as_of = DateTimeField()

    meta = {"collection": "lesson_stats", "indexes": [{"fields": ["course_id"]}, {"fields": ["-watch_seconds"]}]}


class CourseStats(Document):
    """Figures of one course; the platform's are kept under the id `platform`.

    `days` maps a day (`YYYY-MM-DD`, UTC) to `{active, watch_seconds}`.
    """

    id = StringField(primary_key=True)
    days = DictField()
    enrollments = IntField(default=0)
    completed = IntField(default=0)
    watch_seconds = IntField(default=0)
    median_completion_seconds = IntField()
    as_of = DateTimeField()

    meta = {"collection": "course_stats", "indexes": [{"fields": ["-watch_seconds"]}]}


class RollupState(Document):
    """How far a roll-up has read; its id is the roll-up's name."""

    id = StringField(primary_key=True)
    through = DateTimeField()
    lease_until = DateTimeField()

    meta = {"collection": "rollups"}
