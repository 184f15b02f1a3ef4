"""Settings of assignments: immutable documents that lessons and versions name."""

import enum
from datetime import datetime
from typing import TypedDict

from bson import Decimal128, ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    Decimal128Field,
    DictField,
    EmbeddedDocument,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from learnstream.documents.base import Document
from learnstream.documents.course import Release as Moment

MAX_BYTES = 50_000_000  # of a file that is handed in


class HandIn(enum.StrEnum):
    """What learners can hand in."""

    TEXT = "text"
    FILES = "files"
    URL = "url"


class Per(enum.StrEnum):
    """The period for which points are deducted, once it has begun."""

    HOUR = "hour"
    DAY = "day"


class Resubmit(enum.StrEnum):
    """Until when a learner can hand in again."""

    UNTIL_DUE = "until_due"
    UNTIL_GRADED = "until_graded"
    UNTIL_CLOSED = "until_closed"
    WHEN_RETURNED = "when_returned"


class Release(enum.StrEnum):
    """When learners see their grades: as they are given, or once the staff releases them."""

    AT_ONCE = "at_once"
    HELD = "held"


class Late(TypedDict):
    """The deduction for handing in late.

    Each begun period takes `percent` of the points earned; at least `floor_percent` of them remain.
    """

    percent: Decimal128
    per: str
    floor_percent: Decimal128


class EmbeddedLate(EmbeddedDocument):
    percent = Decimal128Field(required=True)
    per = StringField(required=True)
    floor_percent = Decimal128Field(required=True)


class Level(TypedDict):
    """A level that a submission can reach in a criterion."""

    id: str
    title: str
    points: Decimal128


class EmbeddedLevel(EmbeddedDocument):
    id = StringField(required=True)
    title = StringField(required=True)
    points = Decimal128Field(required=True)


class Criterion(TypedDict):
    """A criterion of a rubric."""

    id: str
    title: str
    description: str
    levels: list[Level]


class EmbeddedCriterion(EmbeddedDocument):
    id = StringField(required=True)
    title = StringField(required=True)
    description = StringField(default="")
    levels = EmbeddedDocumentListField(EmbeddedLevel)


class AssignmentRules(TypedDict):
    """What can be handed in, until when, and how it is graded.

    `due` is when it is due, `accepted_until` when submissions end; `attempts_allowed`: the number of submissions. None
    is no limit. `max_bytes` is of each file, `max_length` is the characters of a text.
    """

    due: Moment | None
    accepted_until: Moment | None
    kinds: list[str]
    max_files: int
    max_bytes: int
    max_length: int
    attempts_allowed: int | None
    resubmit: str
    anonymous: bool
    release: str


class AssignmentSummary(AssignmentRules):
    """What outlines show of an assignment. `types` are the content types of files."""

    points: Decimal128
    late: Late | None
    types: list[str]
    pass_fraction: Decimal128


class AssignmentSettings(AssignmentSummary):
    """All that authors set. `instructions` are Markdown source, `attachments` the ids of files."""

    instructions: str
    attachments: list[ObjectId]
    rubric: list[Criterion]


class StoredAssignment(AssignmentSettings):
    """A whole document."""

    _id: ObjectId
    course_id: ObjectId
    lesson_id: ObjectId
    created_at: datetime


class Assignment(Document):
    """The settings of an assignment. They never change: other settings are another document.

    Drafts of lessons, and the versions published from them, name the same document. The id derives from the content,
    so that what is saved again is not stored again. Submissions name the settings that they were handed in under.
    """

    course_id = ObjectIdField(required=True)
    lesson_id = ObjectIdField(required=True)
    instructions = StringField(default="")
    attachments = ListField(ObjectIdField())
    points = Decimal128Field(required=True)
    due = DictField(default=None, null=True)
    accepted_until = DictField(default=None, null=True)
    late = EmbeddedDocumentField(EmbeddedLate)
    kinds = ListField(StringField(), required=True)
    max_files = IntField(required=True)
    max_bytes = IntField(required=True)
    types = ListField(StringField(), required=True)
    max_length = IntField(required=True)
    attempts_allowed = IntField()
    resubmit = StringField(required=True)
    rubric = EmbeddedDocumentListField(EmbeddedCriterion)
    anonymous = BooleanField(default=False)
    release = StringField(required=True)
    pass_fraction = Decimal128Field(required=True)
    created_at = DateTimeField(required=True)

    stored = StoredAssignment
    meta = {
        "collection": "assignments",
        "indexes": [
            {"fields": ["course_id"]},
            {"fields": ["lesson_id"]},
            {"fields": ["attachments"], "sparse": True},
            # What is due soon.
            {"fields": ["due.at"], "sparse": True},
            {"fields": ["due.after_days"], "sparse": True},
        ],
    }
