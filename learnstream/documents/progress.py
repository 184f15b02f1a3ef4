"""Lesson records: the seconds that a learner has watched, and when a lesson was opened and completed."""

from mongoengine import DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class Progress(Document):
    """One learner's record of one lesson (see `services.learning.lesson_record`); its id is `{user_id}:{lesson_id}`.

    All sets contain whole seconds of a video, as maps of signed 64-bit words: second n is bit n % 64 of word n // 64.
    They only grow, so heartbeats may be repeated, late, out of order or from two devices.

    `videos` maps a video's id to `{w, again, seconds, duration}`: the seconds watched, those in more than one
    heartbeat, the size of the first set, and the video's length. `days` maps each active day (`YYYY-MM-DD`, UTC) to
    `{video_id: seconds watched that day}`, empty if nothing was watched; for days that can no longer change,
    `past_days` has only the total. `quarters` maps a day to the quarter-hour (0 to 95) of its earliest credited second
    or opening. `credited` is the seconds of all videos, `day_seconds` those of all days; the
    watch-time budget uses both and `began_at`, the start of the earliest viewing. `watched` is a summary for reads, by
    video: `{seconds, fraction, duration}`, `fraction` being the watched share.

    `position` is independent of the sets: `{seconds, at, seq}`, the latest by the client's clock. `completed_by` is the
    fulfilled rule, `waived`, or `rule_change`; `completed_in` the learner's course version at that time. `reset_at` is
    when an instructor last reset the record, `resets` how often: anything watched before no longer counts. `seen` maps
    a viewing to the `seq` set of the heartbeats that added something. `pending_events` await transfer to the event
    feed: `{id, type, at, data}`.
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
    position = DictField()
    opened_at = DateTimeField()
    completed_at = DateTimeField()
    completed_by = StringField()
    completed_in = IntField()
    reset_at = DateTimeField()
    resets = IntField()
    revision = IntField(default=1)
    updated_at = DateTimeField(default=now)
    pending_events = ListField(DictField())

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
