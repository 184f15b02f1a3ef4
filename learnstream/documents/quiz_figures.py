"""Figures of quizzes, of all learners together."""

from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from mongoengine import DateTimeField, DictField, FloatField, IntField, ListField, ObjectIdField

from learnstream.documents.base import Document


class OptionFigures(TypedDict):
    """How many chose an option; `share` is of those who answered the question."""

    id: str
    text: str
    correct: bool
    chosen: int
    share: float


class QuestionFigures(TypedDict):
    """Figures of a question; `stem`, `kind` and options are those of the newest version that was asked.

    `share` is the mean share of its points, `discrimination` the difference between that of the best and of the worst 27 %
    of attempts, and `median_seconds` the time spent on it; None without data.
    """

    question_id: str
    kind: str
    stem: str
    seen: int
    answered: int
    share: float | None
    discrimination: float | None
    median_seconds: float | None
    options: list[OptionFigures]


class StoredQuizFigures(TypedDict):
    """Whole figures."""

    _id: ObjectId
    course_id: ObjectId
    as_of: datetime
    attempts: int
    awaiting: int
    passed: int
    mean: float | None
    distribution: list[int]
    questions: list[dict[str, Any]]


class QuizFigures(Document):
    """The figures of a quiz by the id of its lesson, of submitted attempts that count, as they were at `as_of`.

    `distribution` counts attempts by tenths of the points: from 0 to below a tenth, and so on; the last one includes all
    points.
    """

    course_id = ObjectIdField(required=True)
    as_of = DateTimeField(required=True)
    attempts = IntField(default=0)
    awaiting = IntField(default=0)
    passed = IntField(default=0)
    mean = FloatField()
    distribution = ListField(IntField())
    questions = ListField(DictField())

    stored = StoredQuizFigures

    meta = {"collection": "quiz_figures", "indexes": [{"fields": ["course_id"]}]}
