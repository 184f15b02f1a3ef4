"""Submissions: the homework that learners hand in, and how it was graded."""

import enum
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import Decimal128, ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    Decimal128Field,
    DictField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from learnstream.documents.attempt import Claim
from learnstream.documents.base import Document
from learnstream.documents.progress import ProgressEvent


class SubmissionState(enum.StrEnum):
    """A submission is a draft until it is handed in; staff may return it, so that the learner hands in another one."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"


class Stage(enum.StrEnum):
    """How far a submission has come for the staff: `graded` ones have a grade that the learner does not see yet."""

    SUBMITTED = "submitted"
    GRADED = "graded"
    RELEASED = "released"
    RETURNED = "returned"


class SubmittedFile(TypedDict):
    """A file of a submission, as it was when it was added; it never changes."""

    file_id: ObjectId
    name: str
    size: int
    type: str


class GivenGrade(TypedDict):
    """A grade, as a marker gave it: the points before lateness, of at most `max_points`, and the levels by criterion if a
    rubric was used.

    `assignment_id` names the settings whose rubric it was given under. `revision` counts the grades of the submission,
    from 1.
    """

    points: Decimal128
    max_points: Decimal128
    levels: dict[str, str] | None
    comment: str
    by: int
    at: datetime
    assignment_id: ObjectId
    revision: int


class Grade(GivenGrade):
    """A grade as staff see it."""

    private_note: str


class ReleasedGrade(GivenGrade):
    """A grade as the learner sees it, since `released_at`."""

    released_at: datetime


class SubmissionCause(enum.StrEnum):
    """What changed the result of a submission."""

    GRADED = "graded"
    RELEASED = "released"
    RETURNED = "returned"
    LATENESS = "lateness"
    IMPORTED = "imported"


class SubmissionChange(TypedDict):
    """A change of a result: who made it (null for the system) and why, and the result before."""

    cause: str
    by: int | None
    at: datetime
    reason: str | None
    grade: Grade | None
    due_at: datetime | None
    late_seconds: int
    penalty: Decimal128 | None


class SubmissionContent(TypedDict):
    """What a learner hands in."""

    text: str | None
    url: str | None
    files: list[SubmittedFile]


class SubmissionKey(TypedDict):
    """Whose submission it is, where it was handed in, and its place among those of the learner."""

    _id: ObjectId
    user_id: int
    course_id: ObjectId
    lesson_id: ObjectId
    assignment_id: ObjectId
    version: int
    number: int
    state: str
    revision: int


class Lateness(TypedDict):
    """When a submission was handed in, and how late by the deadlines that held at the last computation."""

    submitted_at: datetime | None
    due_at: datetime | None
    accepted_until: datetime | None
    late_seconds: int
    penalty: Decimal128 | None


class SubmissionOutcome(SubmissionKey, Lateness):
    """A submission without its content and history."""

    grade: Grade | None
    released: ReleasedGrade | None
    returned_at: datetime | None
    superseded: bool
    claim: Claim | None


class GradedSubmission(SubmissionOutcome):
    """What the grade of record is computed from."""

    pending_grade: NotRequired[int]


class OwnSubmission(SubmissionKey, Lateness, SubmissionContent):
    """A submission as far as its learner may see it."""

    saved_at: datetime
    digest: str | None
    released: ReleasedGrade | None
    returned_at: datetime | None
    return_comment: str | None
    completion_due: bool


class WholeSubmission(SubmissionOutcome, OwnSubmission):
    """A submission without its history."""

    returned_by: int | None


class ChangedSubmission(TypedDict):
    """The changes of a submission's result, the first one first."""

    history: list[SubmissionChange]


class StoredSubmission(WholeSubmission, ChangedSubmission):
    """A whole submission."""

    pending_grade: NotRequired[int]
    pending_events: NotRequired[list[ProgressEvent]]


class Submission(Document):
    """A learner's submission for an assignment, one document for each; `number` counts from 1, without gaps.

    `assignment_id` and `version` are the settings and the course's version under which it was last saved or handed in.
    A draft changes with each save; once handed in, `text`, `url` and `files` never change. `digest` is that of the content.

    `due_at` and `accepted_until` are the learner's deadlines as they held when lateness was last computed, `late_seconds`
    how much later than due it was handed in, and `penalty` the percentage of the points that this takes.

    `grade` is what staff see, `released` a copy of it from its release on, without the private note: what the learner
    sees. `history` has what they were before. `claim` is who is about to grade it.

    `superseded`: a later one was handed in. `completion_due`: earlier submissions, and the lesson's progress record,
    have yet to follow the change; `pending_grade`, the revision that made the last change of a result, is set until it was
    moved into the grade of record. `revision` counts all changes.
    """

    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    lesson_id = ObjectIdField(required=True)
    assignment_id = ObjectIdField(required=True)
    version = IntField(required=True)
    number = IntField(required=True)
    state = StringField(required=True)
    text = StringField()
    url = StringField()
    files = ListField(DictField())
    saved_at = DateTimeField(required=True)
    submitted_at = DateTimeField()
    digest = StringField()
    due_at = DateTimeField()
    accepted_until = DateTimeField()
    late_seconds = IntField(default=0)
    penalty = Decimal128Field()
    grade = DictField(default=None, null=True)
    released = DictField(default=None, null=True)
    returned_at = DateTimeField()
    returned_by = IntField()
    return_comment = StringField()
    superseded = BooleanField(default=False)
    claim = DictField(default=None, null=True)
    history = ListField(DictField())
    completion_due = BooleanField(default=False)
    pending_grade = IntField()
    pending_events = ListField(DictField())
    revision = IntField(required=True)

    stored = StoredSubmission

    meta = {
        "collection": "submissions",
        "indexes": [
            {"fields": ["user_id", "lesson_id", "number"], "unique": True},
            # Decides between saves at once: one draft for each learner and lesson.
            {
                "fields": ["user_id", "lesson_id"],
                "unique": True,
                "name": "draft",
                "partialFilterExpression": {"state": SubmissionState.DRAFT.value},
            },
            {"fields": ["lesson_id", "-_id"]},
            # What awaits grading in a course: `grade.revision` is null, oldest first.
            {"fields": ["course_id", "state", "superseded", "grade.revision", "submitted_at", "_id"]},
            {"fields": ["files.file_id"], "sparse": True},
            {"fields": ["completion_due"], "partialFilterExpression": {"completion_due": True}},
            {"fields": ["pending_grade"], "sparse": True},
            {"fields": ["pending_events.id"], "sparse": True},
        ],
    }
