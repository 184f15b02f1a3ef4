"""Figures for instructors and administrators, as of the moment a roll-up counted them.

A change of what they are counted from first counts up `marks` and sets `due_at`; who counts writes the figures only if
nobody has marked them meanwhile, and clears `due_at` with them. `rest_until` keeps figures that take long to count from
being counted all the time.
"""

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    FloatField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from learnstream.documents.base import Document


class LessonStats(Document):
    """Figures of one lesson, counted whole from the learners' records each time; its id is the lesson's.

    `days` maps a day (`YYYY-MM-DD`, UTC) to `{active, watch_seconds, completions}`. `videos` maps the id of each video
    that was watched in it to `{duration, viewers, watched, again, left}`: the last three are lists with a number of
    learners for each of at most 100 parts of equal length. `finished_share` is the share of those who began that
    completed it, absent while they are few.
    """

    id = ObjectIdField(primary_key=True)
    course_id = ObjectIdField(required=True)
    started = IntField(default=0)
    completed = IntField(default=0)
    watch_seconds = IntField(default=0)
    finished_share = FloatField()
    days = DictField()
    videos = DictField()
    as_of = DateTimeField()
    marks = IntField(default=0)
    due_at = DateTimeField()
    rest_until = DateTimeField()

    meta = {
        "collection": "lesson_stats",
        "indexes": [
            {"fields": ["due_at"], "sparse": True},
            {"fields": ["-watch_seconds"]},
            {"fields": ["finished_share"], "sparse": True},
        ],
    }


class CourseStats(Document):
    """Figures of one course, whose id it has, or of all courses (`platform`).

    `days` maps a day (`YYYY-MM-DD`, UTC) to `{enrollments, active, watch_seconds, completions}`; of them, those in
    `stale_days` are to be counted again. `reached` has how many learners came to a share of the course: a list of
    `{share, learners}`. Times are in seconds.
    """

    id = StringField(primary_key=True)
    days = DictField()
    stale_days = ListField(StringField())
    enrollments = IntField(default=0)
    completed = IntField(default=0)
    watch_seconds = IntField(default=0)
    reached = ListField(DictField())
    median_completion_seconds = IntField()
    as_of = DateTimeField()
    marks = IntField(default=0)
    due_at = DateTimeField()
    rest_until = DateTimeField()

    meta = {"collection": "course_stats", "indexes": [{"fields": ["due_at"], "sparse": True}]}


class RollupState(Document):
    """How far a roll-up has come, and who is at it until when; its id is the roll-up's name.

    All records changed before `progress_through` and all seats changed before `seats_through` are in; `as_of` is when
    the last run began that came to its end. The comparison of assets notes when it `began_at`, the `cursor` of the page
    that it reads next, and whether it is still `reading`.
    """

    id = StringField(primary_key=True)
    token = StringField()
    lease_until = DateTimeField()
    progress_through = DateTimeField()
    seats_through = DateTimeField()
    as_of = DateTimeField()
    began_at = DateTimeField()
    cursor = StringField(null=True)
    reading = BooleanField()

    meta = {"collection": "rollups"}
