"""Attempts: what one learner was asked in a quiz, what they answered, and how it was marked."""

import enum
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from bson import Decimal128, ObjectId
from mongoengine import (
    BinaryField,
    BooleanField,
    DateTimeField,
    Decimal128Field,
    DictField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from learnstream.documents.base import Document
from learnstream.documents.progress import ProgressEvent


class AttemptState(enum.StrEnum):
    """An attempt is in progress until it is submitted, which happens once."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"


class SubmittedBy(enum.StrEnum):
    """Who ended an attempt: its learner, the clock when its time was over, or the course's staff."""

    LEARNER = "learner"
    CLOCK = "clock"
    STAFF = "staff"


class Item(TypedDict):
    """A question as the learner is asked it, at its place, what it is worth, and the number of its section from 0."""

    question_id: ObjectId
    version_id: ObjectId
    points: Decimal128
    section: int


class Answer(TypedDict):
    """An answer with the question's own ids, null if blank; `seq` and `client_time` are the client's, `at` the server's.

    `tie` orders answers of the same `seq` and `client_time`. `seconds` is the time spent on the question.
    """

    answer: Any
    seq: int
    client_time: datetime
    tie: str
    at: datetime
    seconds: float | None


class LateAnswer(Answer):
    """An answer that arrived after the attempt was over; `unseen`: the learner could not see the right answers yet."""

    unseen: bool


class Mark(TypedDict):
    """The points of an answer; `by` is the user who marked it, null if it was marked automatically.

    `revision` counts the marks that the answer has had, from 2; absent in the first one. `regrade_id` is the regrade that
    gave it, if one did, and `dropped` says that the question does not count.
    """

    points: Decimal128
    by: int | None
    at: datetime
    comment: NotRequired[str | None]
    revision: NotRequired[int]
    regrade_id: NotRequired[ObjectId]
    dropped: NotRequired[bool]


class Claim(TypedDict):
    """A user who is about to mark an answer, and until when nobody else can."""

    by: int
    until: datetime


class Cause(enum.StrEnum):
    """What changed the result of a submitted attempt."""

    MARKED = "marked"
    VOIDED = "voided"
    LATE_ANSWERS = "late_answers"
    REGRADED = "regraded"


class Change(TypedDict):
    """A change of a result: who made it and why, and the earlier result.

    `marks` and `answers` are the earlier ones of the questions that it concerns, null for none.
    """

    cause: str
    by: int
    at: datetime
    reason: str | None
    score: Decimal128 | None
    max_score: Decimal128
    passed: bool | None
    awaiting: int
    marks: dict[str, Mark | None]
    answers: dict[str, Answer | None]


class AskedAttempt(TypedDict):
    """The parts of an attempt that never change once it has begun."""

    _id: ObjectId
    user_id: int
    course_id: ObjectId
    lesson_id: ObjectId
    quiz_id: ObjectId
    version: int
    number: int
    started_at: datetime
    items: list[Item]
    salt: bytes


class AttemptOutcome(TypedDict):
    """An attempt's place among a learner's attempts, its times and its result."""

    _id: ObjectId
    user_id: int
    lesson_id: ObjectId
    quiz_id: ObjectId
    number: int
    state: str
    started_at: datetime
    deadline_at: datetime | None
    closes_at: datetime | None
    submit_at: datetime | None
    submitted_at: datetime | None
    submitted_by: str | None
    awaiting: int
    score: Decimal128 | None
    max_score: Decimal128
    passed: bool | None
    voided_at: datetime | None
    revision: int


class GradedAttempt(AttemptOutcome):
    """What the grade of record is computed from."""

    course_id: ObjectId
    pending_grade: NotRequired[int]


class WholeAttempt(AskedAttempt, AttemptOutcome):
    """An attempt with its answers and marks."""

    answers: dict[str, Answer]
    late_answers: dict[str, LateAnswer]
    marks: dict[str, Mark]
    claims: dict[str, Claim]
    completion_due: bool


class ChangedAttempt(TypedDict):
    """The changes of an attempt's result, the first one first."""

    history: list[Change]


class StoredAttempt(WholeAttempt, ChangedAttempt):
    """A whole attempt."""

    pending_events: NotRequired[list[ProgressEvent]]
    last_answered: NotRequired[int]
    figures_due: NotRequired[bool]
    pending_grade: NotRequired[int]
    held_until: NotRequired[datetime]


class Attempt(Document):
    """A learner's attempt at a quiz, in the version of the course in which it began; `number` counts from 1.

    `items` are the questions in this learner's order; `salt` is secret, and decides the ids and order of options that
    they see. `deadline_at` is when time is over for the learner, by the time limit or the closing time `closes_at`; at
    `submit_at`, after a grace for the network, the attempt is submitted with what was saved. All three are null for
    none. `answers`, `late_answers`, `marks` and `claims` are by question id.

    `awaiting` counts the answers to be marked by hand; until there are none, `score` is the sum of the others and
    `passed` may be null. `voided_at`: the attempt does not count. `history` has earlier results. `completion_due`: the
    lesson's progress record has yet to follow the result; `figures_due`: so have the quiz's figures. `pending_grade`, the
    revision that made the last result, is set until the result was moved into the grade of record. `revision` counts the
    changes. `held_until` is when to look again whether the learner may see what staff have marked. `last_answered` is the
    place of the last question that has had an answer, noted where a quiz's navigation is `forward`.
    """

    user_id = IntField(required=True)
    course_id = ObjectIdField(required=True)
    lesson_id = ObjectIdField(required=True)
    quiz_id = ObjectIdField(required=True)
    version = IntField(required=True)
    number = IntField(required=True)
    state = StringField(required=True)
    started_at = DateTimeField(required=True)
    deadline_at = DateTimeField()
    closes_at = DateTimeField()
    submit_at = DateTimeField()
    submitted_at = DateTimeField()
    submitted_by = StringField()
    items = ListField(DictField(), required=True)
    salt = BinaryField(required=True)
    answers = DictField()
    late_answers = DictField()
    marks = DictField()
    awaiting = IntField(default=0)
    score = Decimal128Field()
    max_score = Decimal128Field(required=True)
    passed = BooleanField()
    voided_at = DateTimeField()
    claims = DictField()
    history = ListField(DictField())
    completion_due = BooleanField(default=False)
    pending_events = ListField(DictField())
    last_answered = IntField()
    figures_due = BooleanField()
    pending_grade = IntField()
    held_until = DateTimeField()
    revision = IntField(required=True)

    stored = StoredAttempt

    meta = {
        "collection": "attempts",
        "indexes": [
            {"fields": ["user_id", "lesson_id", "number"], "unique": True},
            # Decides between starts at once: one attempt in progress for each learner and lesson.
            {
                "fields": ["user_id", "lesson_id"],
                "unique": True,
                "name": "in_progress",
                "partialFilterExpression": {"state": AttemptState.IN_PROGRESS.value},
            },
            {"fields": ["submit_at"], "partialFilterExpression": {"state": AttemptState.IN_PROGRESS.value}},
            {"fields": ["lesson_id", "-_id"]},
            {"fields": ["course_id", "_id"], "partialFilterExpression": {"awaiting": {"$gt": 0}}, "name": "awaiting"},
            {"fields": ["lesson_id"], "partialFilterExpression": {"figures_due": True}, "name": "figures_due"},
            {"fields": ["pending_grade"], "sparse": True},
            {"fields": ["held_until"], "sparse": True},
            {"fields": ["completion_due"], "partialFilterExpression": {"completion_due": True}},
            {"fields": ["pending_events.id"], "sparse": True},
        ],
    }
