"""Webhook events received from the video service: one document per event id, kept for at least thirty days."""

import enum

from mongoengine import BinaryField, DateTimeField, IntField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document

RETENTION_SECONDS = 45 * 86400


class WebhookState(enum.StrEnum):
    """Processing state: pending until applied, ignored if its type is not handled, parked after too many attempts."""

    PENDING = "pending"
    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"


class WebhookEvent(Document):
    """One webhook event; its id is the vendor's, so a second delivery finds the first.

    `body` holds the exact bytes that were signed: not every JSON text can be stored as a document. `next_try_at` is
    when a pending event may be retried; a worker claims it by moving that time forward.
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
