"""Schemas of the results of attempts, as far as the quiz's settings let learners see them."""

from marshmallow import fields

from learnstream.schemas.assessment.answer_value import VALUE
from learnstream.schemas.common.base import Flag, Schema
from learnstream.web import cast
from learnstream.web.openapi_schemas import MAY_BE_ABSENT


def _flag(description: str) -> Flag:
    return Flag(metadata={"description": description, "example": False})


def _own_id(description: str) -> fields.String:
    return fields.String(metadata={"description": description, "example": cast.OPTION_ID, MAY_BE_ABSENT: True})


class VisibleSchema(Schema):
    score = _flag("Whether `score`, `passed` and `awaiting` are shown.")
    answers = _flag("Whether the right answers, explanations and points of the questions are shown.")
    feedback = _flag("Whether the feedback on what was answered is shown.")


class ResultSchema(Schema):
    review = fields.Nested(
        VisibleSchema, metadata={"description": "What the learner may see now; all false until it is submitted."}
    )
    score = fields.Float(
        allow_none=True,
        metadata={"description": "The points, of those answers that are marked; null if hidden.", "example": None},
    )
    passed = fields.Boolean(
        allow_none=True,
        metadata={
            "description": "Whether it passes; null if hidden, or while that depends on answers to be marked.",
            "example": None,
        },
    )
    awaiting = fields.Integer(
        allow_none=True,
        metadata={"description": "How many answers are to be marked by hand; null if hidden.", "example": None},
    )


class FeedbackSchema(Schema):
    text = fields.String(metadata={"description": "The author's feedback.", "example": "It shines by itself."})
    id = _own_id("The option that it is about, if it is about one.")
    blank = _own_id("The blank that it is about, in a cloze.")


class QuestionResultSchema(Schema):
    score = fields.Float(
        allow_none=True,
        metadata={"description": "The points of the answer; null if hidden, or not marked yet.", "example": 2.0},
    )
    right = fields.Raw(
        allow_none=True,
        metadata={
            "description": "The right answer, or one of them, in the shape of `answer`; null if hidden, or if there is none.",
            "anyOf": VALUE,
            "example": cast.OPTION_ID,
        },
    )
    explanation = fields.String(
        allow_none=True,
        metadata={"description": "The author's explanation; null if hidden.", "example": "The moon has no light."},
    )
    feedback = fields.List(
        fields.Nested(FeedbackSchema),
        allow_none=True,
        metadata={"description": "The author's feedback on what was answered; null if hidden."},
    )
    comment = fields.String(
        allow_none=True,
        metadata={
            "description": "The comment of who marked the answer; null if hidden, or without one.",
            "example": None,
        },
    )
