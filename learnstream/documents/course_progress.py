"""A learner's progress in a course, derived from their lesson records."""

from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class LessonSummary(TypedDict, total=False):
    """A lesson record at revision `r`.

    `s`: seconds watched; `v`: the watched share of each video by its id; `d`: seconds by day; `q`: the quarter-hour in
    which each day began; `b`: when it was started; `a`: the last activity; `u`: when an attempt
    at its quiz was submitted; `c`: when it was completed; `n`: in which
    version of the course; `x`: when it was reset.
    """

    r: int
    s: int
    v: dict[str, float]
    d: dict[str, int]
    q: dict[str, int]
    b: datetime
    a: datetime
    u: datetime
    c: datetime
    n: int
    x: datetime


class QuarterSeconds(TypedDict):
    """The seconds of the lessons' days that began in quarter-hour `n` since 1970."""

    n: int
    s: int


class DerivedProgress(TypedDict):
    """What is computed from the lesson records and the enrollment."""

    user_id: int
    course_id: ObjectId
    status: str | None
    enrolled_at: datetime | None
    version: int | None
    lessons: dict[str, LessonSummary]
    lesson_count: int
    completed_count: int
    shares: float
    fraction: float
    watch_seconds: int
    days: dict[str, int]
    quarters: list[QuarterSeconds]
    active_days: list[str]
    started_at: datetime | None
    last_active_at: datetime | None
    completed_at: datetime | None
    completed_day: str | None
    completion_seconds: int | None


class StoredCourseProgress(DerivedProgress):
    """A whole course record."""

    _id: str
    quarters_of: int | None
    revision: int
    updated_at: datetime | None


class CourseProgress(Document):
    """One learner's progress in one course, for all present and past enrollments; its id is `{user_id}:{course_id}`.

    Derived by the roll-up from `Progress` and the enrollment as absolute values, so that a roll-up is idempotent.
    `lessons` maps a lesson's id to a summary of its record. In `s`, `d`, `days` and `watch_seconds`, each second of a
    video counts once a day.

    `fraction`, `shares`, `completed_count` and `lesson_count` refer to the enrollment's version (see
    `services.learning.course_totals`). `completed_at` is permanent, whatever later versions add; `completed_day` is its
    day, and `completion_seconds` the time since enrolling. Updates are conditional on `revision`, and increment it.
    `quarters` is valid if `quarters_of` equals `revision`: an older release updates neither.
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
    revision = IntField(required=True)
    updated_at = DateTimeField()

    stored = StoredCourseProgress

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
            # Learners who have completed all lessons of a course that also needs a grade.
            {
                "fields": ["completed_at", "fraction"],
                "name": "waiting",
                "partialFilterExpression": {"completed_at": {"$type": "null"}, "fraction": {"$gte": 1}},
            },
            {"fields": ["user_id"]},
        ],
    }
