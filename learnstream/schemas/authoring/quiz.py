"""Schemas of quizzes: their settings, and what lessons show of them."""

from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.quiz import Navigation, Reveal, ScoreOf
from learnstream.schemas.authoring.outline import MomentSchema
from learnstream.schemas.common.base import Flag, Line, ObjectIdText, Schema
from learnstream.schemas.common.decimals import Exact
from learnstream.schemas.common.fields import Tags
from learnstream.web import cast

MAX_SECTIONS = 50
MAX_QUESTIONS = 300  # in an attempt
MAX_POINTS = 1000  # of a question
MAX_ATTEMPTS = 1000
MONTH = 30 * 86_400
# Absent limits, as in the store.
NO_LIMIT: dict[str, Any] = {"allow_none": True, "load_default": None}


def _points(description: str) -> Exact:
    return Exact(
        required=True,
        validate=validate.Range(min=0, max=MAX_POINTS, min_inclusive=False),
        metadata={"description": description, "example": 2.5},
    )


class QuizQuestionSchema(Schema):
    question_id = ObjectIdText(
        required=True, metadata={"description": "A question of the course.", "example": cast.QUESTION_ID}
    )
    points = _points("What the right answer is worth, with up to four decimal places.")


class QuizDrawSchema(Schema):
    """Questions that each attempt draws at random."""

    count = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(min=1, max=MAX_QUESTIONS),
        metadata={"description": "The number of questions to draw.", "example": 2},
    )
    tags = Tags(
        load_default=list,
        metadata={
            "description": "Drawn are questions with all of these tags; without any, all questions of the course.",
            "example": ["moon"],
        },
    )
    points = _points("What each of them is worth.")


class QuizSectionSchema(Schema):
    """A section: either questions, or a draw."""

    title = Line(min=0, max=200, load_default="", metadata={"description": "A heading.", "example": "The moon"})
    shuffle = Flag(
        load_default=False, metadata={"description": "Whether its questions are in another order in each attempt."}
    )
    questions = fields.List(
        fields.Nested(QuizQuestionSchema),
        load_default=list,
        validate=validate.Length(max=MAX_QUESTIONS),
        metadata={"description": "The questions of every attempt, in order."},
    )
    draw = fields.Nested(
        QuizDrawSchema,
        **NO_LIMIT,
        metadata={
            "description": "The draw, instead of questions; null if there is none. An attempt has no question twice: "
            "draws take no question that another section names, and nothing that an earlier draw has taken.",
            "example": None,
        },
    )

    @ma.validates_schema
    def require_one_of_two(self, data: dict[str, Any], **_: Any) -> None:
        if data["questions"] and data["draw"]:
            raise ma.ValidationError({"draw": ["A section has either questions or a draw."]})


class QuizClosesSchema(MomentSchema):
    """When a quiz closes: at an instant, or a number of days after a learner enrolled."""


def _reveal(what: str, default: Reveal) -> fields.String:
    return fields.String(
        validate=validate.OneOf([*Reveal]),
        load_default=default.value,
        metadata={"description": f"When learners are shown {what}.", "example": default.value},
    )


class QuizReviewSchema(Schema):
    """What learners are shown of a submitted attempt, and when."""

    score = _reveal("their points and whether they passed", Reveal.AT_ONCE)
    answers = _reveal("the right answers and the explanations", Reveal.AFTER_LAST_ATTEMPT)
    feedback = _reveal("the feedback on their answers", Reveal.AFTER_LAST_ATTEMPT)


class QuizRulesSchema(Schema):
    """What learners may know of a quiz before it begins."""

    time_limit = fields.Integer(
        strict=True,
        **NO_LIMIT,
        validate=validate.Range(min=10, max=MONTH),
        metadata={"description": "The time for an attempt in seconds; null for no limit.", "example": 900},
    )
    attempts_allowed = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=1,
        validate=validate.Range(min=1, max=MAX_ATTEMPTS),
        metadata={
            "description": "The number of attempts that a learner has, 1 by default; null for no limit.",
            "example": 2,
        },
    )
    wait = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(min=0, max=MONTH),
        metadata={"description": "The seconds between the end of an attempt and the next one.", "example": 0},
    )
    score_of = fields.String(
        validate=validate.OneOf([*ScoreOf]),
        load_default=ScoreOf.HIGHEST.value,
        metadata={"description": "Which attempts make the learner's score.", "example": "highest"},
    )
    pass_fraction = Exact(
        load_default=lambda: Decimal("0.5"),
        validate=validate.Range(min=0, max=1),
        metadata={
            "description": "The share of the points with which the quiz is passed, 0.5 by default.",
            "example": 0.6,
        },
    )
    closes = fields.Nested(
        QuizClosesSchema,
        **NO_LIMIT,
        metadata={
            "description": "When attempts end at the latest; null for never. The outline says when they may begin."
        },
    )
    navigation = fields.String(
        validate=validate.OneOf([*Navigation]),
        load_default=Navigation.FREE.value,
        metadata={
            "description": "`forward`: an answer cannot be changed once a later question was answered.",
            "example": "free",
        },
    )


class QuizSettingsSchema(QuizRulesSchema):
    sections = fields.List(
        fields.Nested(QuizSectionSchema),
        required=True,
        validate=validate.Length(max=MAX_SECTIONS),
        metadata={"description": "The sections, in order. A quiz without questions cannot be published."},
    )
    shuffle_options = Flag(
        load_default=False, metadata={"description": "Whether options are in another order in each attempt."}
    )
    review = fields.Nested(
        QuizReviewSchema,
        load_default=lambda: QuizReviewSchema().load({}),
        metadata={"description": "What learners are shown of a submitted attempt, and when."},
    )


class QuizInputSchema(QuizSettingsSchema):
    access_code = Line(
        max=64,
        allow_none=True,
        metadata={
            "description": "A word that learners need to start an attempt, in any case; null for none. If it is absent, "
            "the draft's stays. It cannot be read again.",
            "example": cast.ACCESS_CODE,
        },
    )

    @ma.validates_schema
    def require_few_questions(self, data: dict[str, Any], **_: Any) -> None:
        sections = data["sections"]
        count = sum(len(each["questions"]) + (each["draw"]["count"] if each["draw"] else 0) for each in sections)
        if count > MAX_QUESTIONS:
            raise ma.ValidationError({"sections": [f"An attempt can have at most {MAX_QUESTIONS} questions."]})

    @ma.validates_schema
    def require_close_for_review(self, data: dict[str, Any], **_: Any) -> None:
        late = [part for part, when in data["review"].items() if when == Reveal.AFTER_CLOSE]
        if late and data["closes"] is None:
            raise ma.ValidationError({"review": {part: ["`after_close` needs `closes`."] for part in late}})


QUESTION_COUNT = {"description": "The number of questions in an attempt.", "example": 3}
POINTS = {"description": "The points that can be reached.", "example": 7.5}
CODE_NEEDED = {"description": "Whether an access code is needed to start an attempt."}


class QuizSchema(QuizSettingsSchema):
    """The quiz of a lesson's draft."""

    lesson_id = fields.String(metadata={"description": "The lesson's id."})
    question_count = fields.Integer(metadata=QUESTION_COUNT)
    max_points = fields.Float(metadata=POINTS)
    access_code_needed = fields.Boolean(metadata=CODE_NEEDED)


class LessonQuizSchema(QuizRulesSchema):
    """What outlines and lessons show of a quiz."""

    question_count = fields.Integer(metadata=QUESTION_COUNT)
    max_points = fields.Float(metadata=POINTS)
    access_code_needed = fields.Boolean(metadata=CODE_NEEDED)
