"""Notices: what concerns a person, told in the application, by mail, or both."""

import enum
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from mongoengine import BooleanField, DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document

# As long as events are kept at most: until then, handling one again tells nobody twice.
KEPT_SECONDS = 180 * 86_400


class NoticeKind(enum.StrEnum):
    """What a notice tells; `services.messaging.kinds` describes each."""

    COURSE_VERSION = "course_version"
    ANNOUNCEMENT = "announcement"
    DUE_TOMORROW = "due_tomorrow"
    WORK_SUBMITTED = "work_submitted"
    GRADES_RELEASED = "grades_released"
    GRADE_CHANGED = "grade_changed"
    SEAT_GIVEN = "seat_given"
    SEAT_ENDING = "seat_ending"
    REVIEW_REPLIED = "review_replied"
    REVIEW_HIDDEN = "review_hidden"
    IMPORT_FINISHED = "import_finished"
    MAIL_FAILING = "mail_failing"
    PAYMENT_RECEIVED = "payment_received"
    PAYMENT_REFUNDED = "payment_refunded"
    PAYMENT_AT_RISK = "payment_at_risk"


class NoticeMail(enum.StrEnum):
    """How a notice goes by mail: not at all, at once (`mail_at` says when), or with the daily digest.

    `sent` once it was handed to the queue of mails, or assigned to a digest.
    """

    NONE = "none"
    AT_ONCE = "at_once"
    DAILY = "daily"
    SENT = "sent"


class TargetKind(enum.StrEnum):
    """What a client opens for a notice."""

    COURSE = "course"
    LESSON = "lesson"
    BOOK = "book"
    GROUP = "group"
    ANNOUNCEMENT = "announcement"
    IMPORT = "import"
    MAILS = "mails"
    ORDER = "order"


class Target(TypedDict):
    """What a notice is about; `id` is null where there is one only."""

    kind: str
    id: str | None


class ShownNotice(TypedDict):
    """A notice as its recipient sees it."""

    _id: ObjectId
    kind: str
    facts: dict[str, Any]
    course_id: ObjectId | None
    target: Target
    count: int
    language: str
    created_at: datetime
    updated_at: datetime
    read_at: datetime | None


class StoredNotice(ShownNotice):
    """A whole notice."""

    user_id: int
    event_ids: list[str]
    bundle: str | None
    open_until: datetime | None
    in_app: bool
    mail: str
    mail_at: datetime | None
    digest: str | None


class Notification(Document):
    """A notice to one person, caused by events, each of which tells the person of a kind once.

    `facts` are what its text says, as they were when it was told, and `language` the account's language at the time.
    Events with the same `bundle` join an unread notice until `open_until`: `event_ids` has each of them, and `count` is
    their number. A notice that is not `in_app` is only there for the mail: `mail` says how, and `mail_at` from when on
    one that goes at once is due; those of a person and a kind that are due at the same time go in one mail. `digest` is
    the local date of the daily mail that it was assigned to.
    """

    user_id = IntField(required=True)
    kind = StringField(required=True)
    event_ids = ListField(StringField(), required=True)
    facts = DictField()
    course_id = ObjectIdField()
    target = DictField(required=True)
    bundle = StringField()
    open_until = DateTimeField()
    count = IntField(default=1)
    language = StringField(required=True)
    in_app = BooleanField(default=True)
    mail = StringField(default=NoticeMail.NONE.value)
    mail_at = DateTimeField()
    digest = StringField()
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)
    read_at = DateTimeField()

    stored = StoredNotice

    meta = {
        "collection": "notifications",
        "indexes": [
            # No event is in two notices of a kind.
            {"fields": ["user_id", "kind", "event_ids"], "unique": True},
            # Lists, newest first, and the unread ones and their number.
            {"fields": ["user_id", "in_app", "-_id"]},
            {"fields": ["user_id", "in_app", "read_at", "-_id"]},
            # Notices that further events join.
            {
                "fields": ["user_id", "kind", "open_until"],
                "partialFilterExpression": {"open_until": {"$type": "date"}},
            },
            # What goes in one mail, and the mails that are due.
            {
                "fields": ["user_id", "kind", "mail_at"],
                "partialFilterExpression": {"mail_at": {"$type": "date"}},
            },
            {
                "fields": ["mail_at", "user_id", "kind"],
                "name": "mails_due",
                "partialFilterExpression": {"mail": NoticeMail.AT_ONCE.value},
            },
            # Announcements that are withdrawn.
            {
                "fields": ["target.id"],
                "partialFilterExpression": {"kind": NoticeKind.ANNOUNCEMENT.value},
            },
            # What waits for a digest, and what it says.
            {
                "fields": ["user_id"],
                "name": "daily",
                "partialFilterExpression": {"mail": NoticeMail.DAILY.value},
            },
            {"fields": ["user_id", "digest"], "partialFilterExpression": {"digest": {"$type": "string"}}},
            {"fields": ["created_at"], "expireAfterSeconds": KEPT_SECONDS},
        ],
    }
