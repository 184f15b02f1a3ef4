"""What a learner has watched, opened and completed."""

from mongoengine import DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class Progress(Document):
    """One learner's record of one lesson; its id is `{user_id}:{lesson_id}`.

    `videos` maps a video's id to the set of its seconds that were watched: `{w, again, seconds, duration}`, where `w`
    and `again` (watched more than once) are maps of signed 64-bit words, second n being bit n % 64 of word n // 64. A
    set only grows, so heartbeats may repeat, come late, out of order or from two devices. `credited` counts the seconds
    of all videos, `days` the credited seconds by day, `seen` the heartbeats that added something, by viewing.
    `position` is apart from the set: `{seconds, at, seq}`, the last by the client's clock. `pending_events` are news for
    the outbox: `{id, type, at, data}`.
    """

    id = StringField(primary_key=True)
    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    lesson_id = ObjectIdField(required=True)
    version = IntField()
    began_at = DateTimeField()
    videos = DictField()
    credited = IntField(default=0)
    days = DictField()
    seen = DictField()
    position = DictField()
    opened_at = DateTimeField()
    completed_at = DateTimeField()
    completed_by = StringField()
    revision = IntField(default=1)
    updated_at = DateTimeField(default=now)
    pending_events = ListField(DictField())

    meta = {
        "collection": "progress",
        "indexes": [
            {"fields": ["user_id", "course_id"]},
            {"fields": ["user_id", "-updated_at"]},
            {"fields": ["lesson_id"]},
            {"fields": ["updated_at"]},
            {"fields": ["pending_events.id"], "sparse": True},
        ],
    }
