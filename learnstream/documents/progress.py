"""Lesson records: the seconds that a learner has watched, and when a lesson was opened and completed."""

from datetime import datetime
from typing import Any, NotRequired, TypedDict

from bson import ObjectId
from mongoengine import DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document

Words = dict[str, int]  # a set of seconds: its 64-bit words by their numbers


class VideoSets(TypedDict, total=False):
    """The sets of a video: the seconds watched, and those in more than one heartbeat; with their sizes."""

    w: Words
    again: Words
    seconds: int
    duration: float


class WatchedVideo(TypedDict):
    """What was watched of a video, in seconds and as a share of its duration."""

    seconds: int
    fraction: float
    duration: float | None


class Position(TypedDict):
    """Where to resume: seconds of the video, as of the client's clock and heartbeat."""

    seconds: float
    at: datetime
    seq: int


class ProgressEvent(TypedDict):
    """An event that awaits transfer to the event feed."""

    id: str
    type: str
    at: datetime
    data: dict[str, Any]


class Watched(TypedDict):
    watched: dict[str, WatchedVideo]


class Achieved(Watched):
    """What later lessons may require of a learner."""

    opened_at: datetime | None
    submitted_at: datetime | None
    completed_at: datetime | None
    reset_at: datetime | None


class AchievedLesson(Achieved):
    """What a learner has achieved in a lesson."""

    lesson_id: ObjectId


class PathRecord(Achieved):
    """The parts of a record from which a learner's path through a course is computed."""

    _id: str
    began_at: datetime | None
    position: Position | None
    completed_by: str | None


class Visit(PathRecord):
    """The parts of a record that do not contain sets of seconds, which may be large."""

    course_id: ObjectId
    lesson_id: ObjectId
    updated_at: datetime


class WatchedDays(TypedDict):
    """The days of a record (see `services.learning.watched_days`)."""

    days: dict[str, dict[str, Words]]
    past_days: dict[str, int]
    quarters: dict[str, int]
    day_seconds: int | None
    credited: int


class CountedProgress(Visit, WatchedDays):
    """The parts of a record from which figures are computed."""

    user_id: int
    videos: dict[str, VideoSets]
    completed_in: int | None
    revision: int


class RuledProgress(CountedProgress):
    """The parts of a record to which a completion rule is applied."""

    version: int | None
    resets: int


class WorkingProgress(RuledProgress):
    """A record as reports change it."""

    seen: dict[str, Words]


class StoredProgress(WorkingProgress):
    """A whole record."""

    pending_events: NotRequired[list[ProgressEvent]]


class Progress(Document):
    """One learner's record of one lesson (see `services.learning.lesson_record`); its id is `{user_id}:{lesson_id}`.

    All sets contain whole seconds of a video, as maps of signed 64-bit words: second n is bit n % 64 of word n // 64.
    They only grow, so heartbeats may be repeated, late, out of order or from two devices.

    `videos` maps a video's id to its sets, with the size of the first one and the video's length. `days` maps each active day (`YYYY-MM-DD`, UTC) to
    `{video_id: seconds watched that day}`, empty if nothing was watched; for days that can no longer change,
    `past_days` has only the total. `quarters` maps a day to the quarter-hour (0 to 95) of its earliest credited second
    or opening. `credited` is the seconds of all videos, `day_seconds` those of all days; the
    watch-time budget uses both and `began_at`, the start of the earliest viewing. `watched` is a summary for reads, by
    video.

    `position` is independent of the sets: the latest by the client's clock. `submitted_at` is when an attempt at the
    lesson's quiz was first submitted. `completed_by` is the
    fulfilled rule, `waived`, or `rule_change`; `completed_in` the learner's course version at that time. `reset_at` is
    when an instructor last reset the record, `resets` how often: anything watched before no longer counts. `seen` maps
    a viewing to the `seq` set of the heartbeats that added something. `pending_events` await transfer to the event
    feed.
    """

    id = StringField(primary_key=True)
    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    lesson_id = ObjectIdField(required=True)
    version = IntField()
    began_at = DateTimeField()
    videos = DictField()
    watched = DictField()
    credited = IntField(default=0)
    days = DictField()
    past_days = DictField()
    quarters = DictField()
    day_seconds = IntField()
    seen = DictField()
    position = DictField(default=None)
    opened_at = DateTimeField()
    submitted_at = DateTimeField()
    completed_at = DateTimeField()
    completed_by = StringField()
    completed_in = IntField()
    reset_at = DateTimeField()
    resets = IntField(default=0)
    revision = IntField(default=0)  # 0: not stored yet
    updated_at = DateTimeField(required=True)
    pending_events = ListField(DictField())

    stored = StoredProgress

    meta = {
        "collection": "progress",
        "indexes": [
            {"fields": ["user_id", "course_id"]},
            {"fields": ["user_id", "-updated_at", "-_id"]},
            {"fields": ["lesson_id"]},
            {"fields": ["updated_at"]},
            {"fields": ["pending_events.id"], "sparse": True},
        ],
    }
