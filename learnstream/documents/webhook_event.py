"""Events that the video service sent: one row an event id, kept at least thirty days."""

import enum

from mongoengine import BinaryField, DateTimeField, IntField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document

RETENTION_SECONDS = 45 * 86400


class WebhookState(enum.StrEnum):
    """What became of an event: pending until applied, ignored if of no interest, parked after too many tries."""

    PENDING = "pending"
    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"


class WebhookEvent(Document):
    """One event; its id is the vendor's, so a second delivery finds the first.

    `body` is exactly what was signed: a document could not hold every JSON text. `next_try_at` is when an event that is
    pending may be tried again, by whoever claims it by moving that further.
    """

    id = StringField(primary_key=True)
    type = StringField(required=True)
    body = BinaryField()
    state = StringField(default=WebhookState.PENDING)
    tries = IntField(default=0)
    next_try_at = DateTimeField(default=now)
    last_error = StringField()
    object_id = StringField()
    occurred_at = DateTimeField()
    received_at = DateTimeField(default=now)
    applied_at = DateTimeField()

    meta = {
        "collection": "webhook_events",
        "indexes": [
            {"fields": ["state", "next_try_at"]},
            {"fields": ["state", "-received_at", "_id"]},
            {"fields": ["-received_at", "_id"]},
            {"fields": ["object_id"]},
            {"fields": ["received_at"], "expireAfterSeconds": RETENTION_SECONDS},
        ],
    }
