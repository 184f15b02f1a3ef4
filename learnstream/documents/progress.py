"""What a learner has watched, opened and completed."""

from mongoengine import DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class Progress(Document):
    """One learner's record of one lesson; its id is `{user_id}:{lesson_id}`. What it means: `services.record`.

    All sets are of whole seconds of a video, as maps of signed 64-bit words: second n is bit n % 64 of word n // 64. They
    only grow, so heartbeats may repeat, come late, out of order or from two devices.

    `videos` maps a video's id to `{w, again, seconds, duration}`: the seconds that were watched, those in more than one
    heartbeat, the size of the first set, and the video's length. `days` maps a day (`YYYY-MM-DD`, UTC) on which the
    learner was there to `{video_id: seconds watched that day}`, empty if nothing was watched; of days to which nothing can
    be added any more, `past_days` has the number alone. `credited` counts the seconds of all videos, `day_seconds` those of
    all days, and what the budget counts is these and `began_at`, the earliest viewing's begin. `watched` is
    what reading needs of all this, by video: `{seconds, fraction, duration}`, the second being the share that was watched.

    `position` is apart from the sets: `{seconds, at, seq}`, the last by the client's clock. `completed_by` is the rule
    that was fulfilled, `waived`, or `rule_change`, `completed_in` the course's version that the learner was in. `reset_at` is when an
    instructor emptied the record, for the `resets`-th time: what was watched before that no longer counts. `seen` has the heartbeats that added
    something, by viewing, as sets of their `seq`. `pending_events` are news for the outbox: `{id, type, at, data}`.
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
