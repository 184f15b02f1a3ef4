"""Notices: what concerns a person, told in the application, by mail, or both."""

import enum
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from mongoengine import BooleanField, DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


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


class NoticeMail(enum.StrEnum):
    """How a notice goes by mail: not at all, at once (`due_at` says when), or with the daily digest; `sent` once it was
    handed to the queue of mails."""

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
    event_id: str
    event_ids: list[str]
    bundle: str | None
    open_until: datetime | None
    in_app: bool
    mail: str
    mail_at: datetime | None


class Notification(Document):
    """A notice to one person, caused by an event; the same event tells the person of a kind once.

    `facts` are what its text says, as they were when it was told, and `language` the account's language at the time.
    Events with the same `bundle` join an unread notice until `open_until`: `event_ids` has each of them once, and
    `count` their number. A notice that is not `in_app` is only there for the mail: `mail` says how, and `mail_at` from
    when on one that goes at once is due.
    """

    user_id = IntField(required=True)
    kind = StringField(required=True)
    event_id = StringField(required=True)
    event_ids = ListField(StringField())
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
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)
    read_at = DateTimeField()

    stored = StoredNotice

    meta = {
        "collection": "notifications",
        "indexes": [
            {"fields": ["user_id", "event_id", "kind"], "unique": True},
            # Lists, newest first, and the unread ones and their number.
            {"fields": ["user_id", "in_app", "-_id"]},
            {"fields": ["user_id", "in_app", "read_at", "-_id"]},
        ],
    }
