"""Statistics for instructors and administrators, as of the roll-up that computed them.

A change of the underlying records first increments `marks` and sets `due_at`; a worker writes the figures only if
`marks` is unchanged since it started, and clears `due_at` in the same update. `rest_until` limits how often expensive
figures are recomputed.
"""

from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
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


class Marks(TypedDict):
    """Whether figures are due to be recounted, and their last count."""

    as_of: datetime | None
    marks: int
    due_at: NotRequired[datetime]
    rest_until: datetime | None


Days = dict[str, dict[str, int]]  # by UTC day: its figures that are not 0, by name


class RetentionCounts(TypedDict):
    """The number of learners for each of at most 100 segments of a video, of equal length."""

    duration: float
    viewers: int
    watched: list[int]
    again: list[int]
    left: list[int]


class LessonTotals(TypedDict):
    """The sums of a lesson's figures."""

    started: int
    completed: int
    watch_seconds: int


class Counted(LessonTotals):
    """The figures of a lesson."""

    finished_share: float | None
    days: Days
    videos: dict[str, RetentionCounts]


class LessonCounts(Counted):
    """The figures of a lesson, with what was last written to the days."""

    digests: dict[str, str]


class StoredLessonStats(LessonCounts, Marks):
    """The whole statistics of a lesson."""

    _id: ObjectId
    course_id: ObjectId


class Reached(TypedDict):
    """How many learners have completed at least a share of a course."""

    share: float
    learners: int


class CourseTotals(TypedDict):
    """The figures of a course or the platform."""

    days: Days
    enrollments: int
    completed: int
    watch_seconds: int
    reached: list[Reached]
    median_completion_seconds: int | None


class CourseCounts(CourseTotals):
    """The figures of a course or the platform, with the days that are due for recomputation."""

    stale_days: list[str]


class StoredCourseStats(CourseCounts, Marks):
    """The whole statistics of a course or the platform."""

    _id: str


class Quarters(TypedDict):
    """The counts of a day by quarter-hours (see `DayStats`)."""

    sums: dict[str, dict[str, int]]
    learners: dict[str, dict[str, int]]


class StoredDayStats(Quarters):
    """The whole statistics of a day."""

    _id: str
    as_of: datetime | None


class RollupNotes(TypedDict, total=False):
    """What a roll-up or comparison stores beside its lease."""

    progress_through: datetime
    seats_through: datetime
    waiting_checked_at: datetime
    as_of: datetime
    began_at: datetime
    cursor: str | None
    reading: bool


class StoredRollup(RollupNotes, total=False):
    """The whole state of a roll-up."""

    _id: str
    token: str
    lease_until: datetime


class Recounted:
    """The fields of `Marks`, for documents that have them."""

    as_of = DateTimeField()
    marks = IntField(default=0)
    due_at = DateTimeField()
    rest_until = DateTimeField()


class LessonStats(Recounted, Document):
    """Statistics of one lesson, recomputed from all learners' records each time; its id is the lesson's.

    `days` maps a day (`YYYY-MM-DD`, UTC) to its figures, and `videos` the id of each video watched in it.
    `finished_share` is the share of learners who started the lesson and
    completed it, absent while they are few. `digests` identifies the contents last written to the `DayStats` of each day.
    """

    id = ObjectIdField(primary_key=True)
    course_id = ObjectIdField(required=True)
    started = IntField(default=0)
    completed = IntField(default=0)
    watch_seconds = IntField(default=0)
    finished_share = FloatField()
    days = DictField()
    videos = DictField()
    digests = DictField()

    stored = StoredLessonStats
    meta = {
        "collection": "lesson_stats",
        "indexes": [
            {"fields": ["due_at"], "sparse": True},
            {"fields": ["-watch_seconds"]},
            {"fields": ["finished_share"], "sparse": True},
        ],
    }


class CourseStats(Recounted, Document):
    """Statistics of one course (its id) or of all courses (id `platform`).

    `days` maps a day (`YYYY-MM-DD`, UTC) to its figures; those listed in `stale_days` are due for recomputation. Times
    are in seconds.
    """

    id = StringField(primary_key=True)
    days = DictField()
    stale_days = ListField(StringField())
    enrollments = IntField(default=0)
    completed = IntField(default=0)
    watch_seconds = IntField(default=0)
    reached = ListField(DictField())
    median_completion_seconds = IntField()

    stored = StoredCourseStats
    meta = {"collection": "course_stats", "indexes": [{"fields": ["due_at"], "sparse": True}]}


class DayStats(Document):
    """One UTC day of a lesson, a course or the platform by quarter-hours, for days of other time zones.

    Its id is `{id of the figures}:{day}`. `sums` maps a quarter-hour (0 to 95) to `{enrollments, completions,
    watch_seconds}`, without zeros. `learners` maps it to the number of learners who began a lesson's day in it, by the
    quarter-hour before it in which they last did: `{before: learners}`, counted from the same midnight and thus from -96
    on, or -97 for none. Later counts, by `as_of`, replace earlier ones.
    """

    id = StringField(primary_key=True)
    sums = DictField()
    learners = DictField()
    as_of = DateTimeField()

    stored = StoredDayStats
    meta = {"collection": "day_stats"}


class RollupState(Document):
    """A roll-up's checkpoint and its worker's lease; its id is the roll-up's name.

    All records changed before `progress_through` and all enrollments changed before `seats_through` are included;
    `as_of` is the start of the last complete run, and `waiting_checked_at` that of the last one that checked learners whose
    courses need a grade. The asset comparison stores its start in `began_at`, the `cursor` of
    the next page, and whether it is still `reading`.
    """

    id = StringField(primary_key=True)
    token = StringField()
    lease_until = DateTimeField()
    progress_through = DateTimeField()
    seats_through = DateTimeField()
    waiting_checked_at = DateTimeField()
    as_of = DateTimeField()
    began_at = DateTimeField()
    cursor = StringField(null=True)
    reading = BooleanField()

    stored = StoredRollup
    meta = {"collection": "rollups"}
