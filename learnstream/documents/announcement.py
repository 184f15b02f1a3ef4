"""Announcements: what the staff of a course or group tell its learners."""

import enum
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
from mongoengine import DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document
from learnstream.documents.progress import ProgressEvent

MAX_TITLE, MAX_TEXT = 200, 10_000  # characters


class AnnouncementStatus(enum.StrEnum):
    """A scheduled announcement is published by the schedule, at its time. A withdrawn one stays withdrawn."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class AnnouncementTarget(TypedDict):
    """Whose learners are told: those of a course or of a group; the other one is None."""

    course_id: ObjectId | None
    group_id: int | None


class ToldAnnouncement(AnnouncementTarget):
    """An announcement without its events."""

    _id: ObjectId
    title: str
    text: str
    status: str
    publish_at: datetime | None
    published_at: datetime | None
    edited_at: datetime | None
    withdrawn_at: datetime | None
    created_by: int
    revision: int
    created_at: datetime
    updated_at: datetime


class StoredAnnouncement(ToldAnnouncement):
    """A whole document."""

    pending_events: NotRequired[list[ProgressEvent]]


class Announcement(Document):
    """An announcement to the learners of a course, or to the members of a group.

    `text` is Markdown source. `publish_at` is when a scheduled announcement is due, `published_at` when it was published,
    and `edited_at` when its title or text last changed after that. `revision` counts changes and is the ETag.
    """

    course_id = ObjectIdField()
    group_id = IntField()
    title = StringField(required=True)
    text = StringField(default="")
    status = StringField(required=True)
    publish_at = DateTimeField()
    published_at = DateTimeField()
    edited_at = DateTimeField()
    withdrawn_at = DateTimeField()
    created_by = IntField(required=True)
    revision = IntField(required=True)
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)
    pending_events = ListField(DictField())

    stored = StoredAnnouncement
    meta = {
        "collection": "announcements",
        "indexes": [
            {"fields": ["course_id", "status", "-published_at", "-_id"]},
            {"fields": ["group_id", "status", "-published_at", "-_id"]},
            # Of all statuses, for the staff.
            {"fields": ["course_id", "-created_at", "-_id"]},
            {"fields": ["group_id", "-created_at", "-_id"]},
            {"fields": ["publish_at"], "partialFilterExpression": {"status": AnnouncementStatus.SCHEDULED.value}},
            {"fields": ["pending_events.id"], "sparse": True},
        ],
    }
