"""Request and response schemas of marking by hand."""

from decimal import Decimal

from marshmallow import fields, validate

from learnstream.schemas.assessment.asked_question import QUESTION_ID, AnswerValue
from learnstream.schemas.assessment.staff_part import NAME, REVISION, USER_ID
from learnstream.schemas.common.base import Instant, ObjectIdText, RowId, Schema, Text
from learnstream.schemas.common.decimals import Exact
from learnstream.schemas.learning.exceptions import ReasonSchema
from learnstream.web import cast
from learnstream.web.parsing import Integer

MAX_POINTS = 1000
MAX_COMMENT = 5000
MAX_QUESTIONS = 300  # of an attempt
MAX_CLAIMED = 20
COMMENT = {
    "description": "A comment to the learner, who sees it with the feedback; or null.",
    "example": "Well argued.",
}


class QueueFilterSchema(Schema):
    lesson_id = ObjectIdText(
        metadata={"description": "Only answers in this quiz.", "example": cast.QUIZ_LESSON_ID},
    )
    question_id = ObjectIdText(metadata={"description": "Only answers to this question.", "example": cast.QUESTION_ID})


class QueueQuerySchema(QueueFilterSchema):
    group_id = RowId(
        strict=False,
        metadata={"description": "Only answers of the group's present members.", "example": cast.GROUP_ID},
    )


class ClaimSchema(QueueFilterSchema):
    group_id = RowId(metadata={"description": "Only answers of the group's present members.", "example": cast.GROUP_ID})
    count = Integer(
        strict=True,
        load_default=1,
        validate=validate.Range(min=1, max=MAX_CLAIMED),
        metadata={"description": "How many answers to have claimed then, at most.", "example": 5},
    )


class MarkWriteSchema(Schema):
    points = Exact(
        required=True,
        validate=validate.Range(min=Decimal(0), max=Decimal(MAX_POINTS)),
        metadata={"description": "The points of the answer, at most those of the question.", "example": 1.0},
    )
    comment = Text(max=MAX_COMMENT, strip=True, allow_none=True, load_default=None, metadata=COMMENT)


class VoidSchema(ReasonSchema):
    pass


class LateAcceptanceSchema(ReasonSchema):
    question_ids = fields.List(
        ObjectIdText(),
        validate=validate.Length(min=1, max=MAX_QUESTIONS),
        metadata={
            "description": "The questions; by default, all that have late answers.",
            "example": [cast.QUESTION_ID],
        },
    )


class MarkedSchema(Schema):
    question_id = ObjectIdText(metadata=QUESTION_ID)
    points = fields.Float(metadata={"description": "The points of the answer.", "example": 1.0})
    comment = fields.String(allow_none=True, metadata=COMMENT)
    by = fields.Integer(
        allow_none=True, metadata={"description": "The user who marked it.", "example": cast.INSTRUCTOR["id"]}
    )
    at = Instant(metadata={"description": "When it was marked."})
    revision = fields.Integer(metadata={**REVISION, "example": 2})
    score = fields.Float(metadata={"description": "The points of the attempt now.", "example": 1.0})
    max_score = fields.Float(metadata={"description": "The most points of the attempt.", "example": 2.0})
    passed = fields.Boolean(
        allow_none=True,
        metadata={
            "description": "Whether the attempt passes; null while that depends on answers to be marked.",
            "example": True,
        },
    )
    awaiting = fields.Integer(
        metadata={"description": "How many answers of the attempt are still to be marked by hand.", "example": 0}
    )


class AwaitingAnswerSchema(Schema):
    attempt_id = ObjectIdText(metadata={"description": "The attempt's id.", "example": cast.ATTEMPT_ID})
    lesson_id = ObjectIdText(metadata={"description": "The lesson of the quiz.", "example": cast.QUIZ_LESSON_ID})
    user_id = fields.Integer(metadata=USER_ID)
    name = fields.String(allow_none=True, metadata=NAME)
    number = fields.Integer(metadata={"description": "1 for the learner's first attempt at the quiz.", "example": 1})
    submitted_at = Instant(
        allow_none=True, metadata={"description": "When the attempt was submitted.", "example": cast.COMPLETED_AT}
    )
    question_id = ObjectIdText(metadata=QUESTION_ID)
    stem = fields.String(metadata={"description": "The question, as Markdown.", "example": "Why has the moon phases?"})
    rubric = fields.String(
        allow_none=True, metadata={"description": "What to look at; or null.", "example": "Two reasons."}
    )
    answer = AnswerValue()
    max_points = fields.Float(metadata={"description": "What the question is worth.", "example": 2.0})
    revision = fields.Integer(metadata=REVISION)
    claimed_by = fields.Integer(
        allow_none=True,
        metadata={"description": "The user who is marking it; or null.", "example": cast.INSTRUCTOR["id"]},
    )
    claimed_until = Instant(
        allow_none=True, metadata={"description": "Until when nobody else can; or null.", "example": None}
    )
