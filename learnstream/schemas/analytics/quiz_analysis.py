"""Figures of quizzes and their questions."""

from marshmallow import fields

from learnstream.documents.question import QuestionKind
from learnstream.schemas.analytics.analytics import AS_OF
from learnstream.schemas.assessment.asked_question import QUESTION_ID
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, Schema, Word
from learnstream.web import cast


def _count(description: str, example: int) -> fields.Integer:
    return fields.Integer(metadata={"description": description, "example": example})


def _share(description: str, example: float, *, allow_none: bool = False) -> fields.Float:
    return fields.Float(allow_none=allow_none, metadata={"description": description, "example": example})


class OptionFiguresSchema(Schema):
    id = fields.String(metadata={"description": "The author's id of the option; `true` or `false`.", "example": "1"})
    text = fields.String(metadata={"description": "The option.", "example": "Jupiter"})
    correct = Flag(
        metadata={"description": "Whether it is right, by the newest version that was asked.", "example": True}
    )
    chosen = _count("How many chose it.", 21)
    share = _share("The share of those who answered.", 0.75)


class QuestionFiguresSchema(Schema):
    question_id = ObjectIdText(metadata=QUESTION_ID)
    kind = Word(QuestionKind, metadata={"description": "Its kind.", "example": "single_choice"})
    stem = fields.String(metadata={"description": "The question, as Markdown.", "example": cast.QUESTION_STEM})
    seen = _count("In how many attempts it was asked.", 30)
    answered = _count("In how many it was answered.", 28)
    share = _share("The mean share of its points; null until answers are marked.", 0.7, allow_none=True)
    discrimination = _share(
        "The share of its points in the best 27 % of the attempts that it was asked in, minus that in the worst 27 %; null of "
        "fewer than two.",
        0.45,
        allow_none=True,
    )
    median_seconds = _share("The median of the seconds that clients reported for it; or null.", 38.5, allow_none=True)
    options = fields.Nested(OptionFiguresSchema, many=True, metadata={"description": "Of choices only; else empty."})


class QuizAnalysisSchema(Schema):
    lesson_id = ObjectIdText(metadata={"description": "The lesson.", "example": cast.QUIZ_LESSON_ID})
    as_of = Instant(allow_none=True, metadata=AS_OF)
    attempts = _count("How many attempts were submitted and count.", 30)
    awaiting = _count("How many of them have answers that await marking by hand.", 0)
    passed = _count("How many of them passed.", 24)
    mean = _share("The mean share of the points; null without attempts.", 0.71, allow_none=True)
    distribution = fields.List(
        fields.Integer(),
        metadata={
            "description": "How many attempts have less than a tenth of the points, less than two tenths, and so on; the "
            "tenth number includes all points.",
            "example": [0, 0, 1, 2, 3, 4, 6, 7, 5, 2],
        },
    )
    questions = fields.Nested(
        QuestionFiguresSchema, many=True, metadata={"description": "Each question that was asked."}
    )
