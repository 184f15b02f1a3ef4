"""Reviews of courses and books: stars, and a text if the author wrote one."""

import enum
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
from mongoengine import BooleanField, DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document
from learnstream.documents.progress import ProgressEvent


class SubjectKind(enum.StrEnum):
    """What is reviewed."""

    COURSE = "course"
    BOOK = "book"


class ReportReason(enum.StrEnum):
    """Why a reader reports a review."""

    SPAM = "spam"
    OFFENSIVE = "offensive"
    OFF_TOPIC = "off_topic"
    PRIVACY = "privacy"
    OTHER = "other"


class ReviewOrder(enum.StrEnum):
    """The orders of a list: latest first, or what helped most readers first."""

    NEWEST = "newest"
    HELPFUL = "helpful"


class Concern(enum.StrEnum):
    """Which reviews concern administrators: those with reports that nobody has dismissed, or those that are hidden."""

    REPORTED = "reported"
    HIDDEN = "hidden"


class Report(TypedDict):
    """A reader's report of a review. `user_id` is None once their account is erased; `dismissed` by an administrator."""

    user_id: int | None
    reason: str
    text: str
    at: datetime
    dismissed: bool


class Hidden(TypedDict):
    """Who hid a review, when and why."""

    by: int
    at: datetime
    reason: str


class Reply(TypedDict):
    """The answer of the staff to a review."""

    text: str
    by: int
    at: datetime


class WrittenReview(TypedDict):
    """What an author wrote. `progress_percent` is how far they were in the course; None for a book."""

    _id: ObjectId
    user_id: int | None
    anonymous: bool
    stars: int
    text: str
    progress_percent: int | None
    created_at: datetime
    updated_at: datetime


class ListedReview(WrittenReview):
    """A review as lists show it."""

    helpful: int
    reply: Reply | None


class OwnReview(ListedReview):
    """A review as its author sees it."""

    subject_kind: str
    subject_id: ObjectId
    hidden: Hidden | None
    removed: bool
    revision: int


class ModeratedReview(OwnReview):
    """A review as administrators see it."""

    reports: list[Report]
    open_reports: int
    reported_at: datetime | None


class StoredReview(ModeratedReview):
    """A whole review."""

    voters: list[int]
    counted: int
    turn: int
    uncounted: NotRequired[bool]
    pending_events: NotRequired[list[ProgressEvent]]


class Review(Document):
    """A review of a course or book, one for each user and thing; `user_id` is None once the account is erased.

    `counted` are the stars that it contributes to the rating of its subject, 0 for none, since it was counted for the
    `turn`-th time; `uncounted`: that may differ from what it should contribute, until the rating has followed the change
    (see `services.reviews.counting`). A review that was deleted is `removed` until then.

    `helpful` counts the `voters`. `open_reports` counts the reports that no administrator has dismissed, and
    `reported_at` is the time of the latest of them. `revision` counts the author's changes and is the ETag.
    """

    subject_kind = StringField(required=True)
    subject_id = ObjectIdField(required=True)
    user_id = IntField(default=None, null=True)
    anonymous = BooleanField(default=False)
    stars = IntField(required=True)
    text = StringField(default="")
    progress_percent = IntField(default=None, null=True)
    helpful = IntField(default=0)
    voters = ListField(IntField())
    reports = ListField(DictField())
    open_reports = IntField(default=0)
    reported_at = DateTimeField(default=None, null=True)
    hidden = DictField(default=None, null=True)
    reply = DictField(default=None, null=True)
    counted = IntField(default=0)
    turn = IntField(default=0)
    uncounted = BooleanField()
    removed = BooleanField(default=False)
    pending_events = ListField(DictField())
    revision = IntField(required=True)
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    stored = StoredReview
    meta = {
        "collection": "reviews",
        "indexes": [
            # One for each user and thing, and those of a user; erased ones have no user. Queries use an index with `$gt`,
            # and not one with `$type`.
            {
                "fields": ["user_id", "subject_id"],
                "unique": True,
                "partialFilterExpression": {"user_id": {"$gt": 0}},
            },
            {"fields": ["subject_id", "-created_at", "-_id"]},
            {"fields": ["subject_id", "-helpful", "-_id"]},
            {"fields": ["subject_id", "stars", "-created_at", "-_id"]},
            {"fields": ["subject_id", "stars", "-helpful", "-_id"]},
            {
                "fields": ["-reported_at", "-_id"],
                "partialFilterExpression": {"open_reports": {"$gt": 0}},
                "name": "reported",
            },
            # A compound index that is sparse has all reviews nevertheless: each has an id and a subject.
            {
                "fields": ["-hidden.at", "-_id"],
                "partialFilterExpression": {"hidden.at": {"$exists": True}},
                "name": "hidden",
            },
            {"fields": ["uncounted", "subject_id"], "partialFilterExpression": {"uncounted": True}},
            {"fields": ["voters"], "sparse": True},
            {"fields": ["reports.user_id"], "sparse": True},
            {"fields": ["pending_events.id"], "sparse": True},
        ],
    }
