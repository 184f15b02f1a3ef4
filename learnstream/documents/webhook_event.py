"""Webhook events received from the video service: one document per event id, kept for at least thirty days."""

import enum
from datetime import datetime
from typing import TypedDict

from mongoengine import BinaryField, DateTimeField, IntField, StringField

from learnstream.documents.base import Document

RETENTION_SECONDS = 45 * 86400


class WebhookState(enum.StrEnum):
    """Processing state: pending until applied, ignored if its type is not handled, parked after too many attempts."""

    PENDING = "pending"
    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"


class ListedEvent(TypedDict):
    """A webhook event without its body."""

    _id: str
    type: str
    state: str
    tries: int
    next_try_at: datetime | None
    last_error: str | None
    object_id: str | None
    occurred_at: datetime | None
    received_at: datetime
    applied_at: datetime | None


class StoredEvent(ListedEvent):
    """A whole webhook event."""

    body: bytes


class WebhookEvent(Document):
    """One webhook event; its id is the vendor's, so a second delivery finds the first.

    `body` holds the exact bytes that were signed: not every JSON text can be stored as a document. `next_try_at` is
    when a pending event may be retried; a worker claims it by moving that time forward.
    """

    id = StringField(primary_key=True)
    type = StringField(required=True)
    body = BinaryField(required=True)
    state = StringField(required=True)
    tries = IntField(default=0)
    next_try_at = DateTimeField()
    last_error = StringField()
    object_id = StringField()
    occurred_at = DateTimeField()
    received_at = DateTimeField(required=True)
    applied_at = DateTimeField()

    stored = StoredEvent
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
