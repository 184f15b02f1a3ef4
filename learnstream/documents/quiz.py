"""Settings of quizzes: immutable documents that lessons name, like videos and documents."""

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
from learnstream.documents.course import Release


class ScoreOf(enum.StrEnum):
    """The attempts whose scores make the score of the quiz."""

    HIGHEST = "highest"
    LATEST = "latest"
    FIRST = "first"
    AVERAGE = "average"


class Navigation(enum.StrEnum):
    """Whether answers to earlier questions can still be changed."""

    FREE = "free"
    FORWARD = "forward"


class Reveal(enum.StrEnum):
    """When learners are shown a part of their result."""

    AT_ONCE = "at_once"
    AFTER_LAST_ATTEMPT = "after_last_attempt"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


class Review(TypedDict):
    """When learners are shown their score, the right answers, and the feedback."""

    score: str
    answers: str
    feedback: str


class QuizQuestion(TypedDict):
    """A question that every attempt contains; `version_id` is None in a draft's settings."""

    question_id: ObjectId
    version_id: ObjectId | None
    points: Decimal128


class EmbeddedQuizQuestion(EmbeddedDocument):
    question_id = ObjectIdField(required=True)
    version_id = ObjectIdField()
    points = Decimal128Field(required=True)


class PooledQuestion(TypedDict):
    """A question that an attempt may draw."""

    question_id: ObjectId
    version_id: ObjectId


class EmbeddedPooledQuestion(EmbeddedDocument):
    question_id = ObjectIdField(required=True)
    version_id = ObjectIdField(required=True)


class QuizDraw(TypedDict):
    """A number of questions that each attempt draws from those with all `tags`; `pool` is empty in a draft's settings.

    Each drawn question is worth `points`.
    """

    count: int
    tags: list[str]
    points: Decimal128
    pool: list[PooledQuestion]


class EmbeddedQuizDraw(EmbeddedDocument):
    count = IntField(required=True)
    tags = ListField(StringField())
    points = Decimal128Field(required=True)
    pool = EmbeddedDocumentListField(EmbeddedPooledQuestion)


class QuizSection(TypedDict):
    """A section of a quiz: its questions, or the draw that takes their place."""

    title: str
    shuffle: bool
    questions: list[QuizQuestion]
    draw: QuizDraw | None


class EmbeddedQuizSection(EmbeddedDocument):
    title = StringField(default="")
    shuffle = BooleanField(default=False)
    questions = EmbeddedDocumentListField(EmbeddedQuizQuestion)
    draw = EmbeddedDocumentField(EmbeddedQuizDraw)


class QuizSummary(TypedDict):
    """What is known of a quiz before it begins, as lessons and outlines show it.

    `question_count` and `max_points` are sums over `sections`. `time_limit` and `wait` are in seconds; a `time_limit`,
    `attempts_allowed` or `closes` of None is no limit.
    """

    question_count: int
    max_points: Decimal128
    time_limit: int | None
    attempts_allowed: int | None
    wait: int
    score_of: str
    pass_fraction: Decimal128
    closes: Release | None
    navigation: str
    access_code: str | None


class QuizSettings(QuizSummary):
    """All that authors set. `access_code` is a hash (see `services.authoring.access_codes`)."""

    sections: list[QuizSection]
    shuffle_options: bool
    review: Review


class StoredQuiz(QuizSettings):
    """A whole document."""

    _id: ObjectId
    course_id: ObjectId
    lesson_id: ObjectId
    frozen: bool
    created_at: datetime


class Quiz(Document):
    """The settings of a quiz. They never change: other settings are another document.

    A lesson's draft names the settings that its authors saved. Publishing freezes the current versions of their
    questions, and the pools of their draws, into another document, which the version's outline names. The id derives
    from the content, so that what is saved or published again is not stored again.
    """

    course_id = ObjectIdField(required=True)
    lesson_id = ObjectIdField(required=True)
    frozen = BooleanField(required=True)
    sections = EmbeddedDocumentListField(EmbeddedQuizSection)
    question_count = IntField(required=True)
    max_points = Decimal128Field(required=True)
    shuffle_options = BooleanField(default=False)
    time_limit = IntField()
    attempts_allowed = IntField()
    wait = IntField(default=0)
    score_of = StringField(required=True)
    pass_fraction = Decimal128Field(required=True)
    closes = DictField(default=None, null=True)
    navigation = StringField(required=True)
    access_code = StringField()
    review = DictField(required=True)
    created_at = DateTimeField(required=True)

    stored = StoredQuiz
    meta = {
        "collection": "quizzes",
        "indexes": [
            {"fields": ["course_id"]},
            {"fields": ["lesson_id"]},
            # What closes soon.
            {"fields": ["closes.at"], "sparse": True},
            {"fields": ["closes.after_days"], "sparse": True},
        ],
    }
