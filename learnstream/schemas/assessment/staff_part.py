"""Schemas of what only the course's staff see of an attempt."""

from marshmallow import fields

from learnstream.documents.attempt import Cause
from learnstream.schemas.assessment.answer_value import AnswerValue
from learnstream.schemas.assessment.asked_question import QUESTION_ID, SEQ
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, Schema, Word
from learnstream.web import cast

USER_ID = {"description": "The learner.", "example": cast.LEARNER_ID}
REVISION = {
    "description": "The state of the answer's mark; send it in quotes as `If-Match` when you mark it.",
    "example": 1,
}
NAME = {"description": "The learner's name.", "example": cast.LEARNER["name"]}


class LateAnswerSchema(Schema):
    question_id = ObjectIdText(metadata=QUESTION_ID)
    answer = AnswerValue()
    seq = fields.Integer(metadata={"description": SEQ, "example": 13})
    client_time = Instant(metadata={"description": "When it was given, by the client's clock."})
    at = Instant(metadata={"description": "When it arrived."})
    unseen = Flag(
        metadata={
            "description": "Whether the learner could not see the right answers or feedback yet.",
            "example": True,
        }
    )


class MarkSchema(Schema):
    question_id = ObjectIdText(metadata=QUESTION_ID)
    points = fields.Float(metadata={"description": "The points of the answer.", "example": 2.0})
    by = fields.Integer(
        allow_none=True,
        metadata={"description": "The user who marked it; null: the server.", "example": cast.INSTRUCTOR["id"]},
    )
    at = Instant(metadata={"description": "When it was marked."})
    comment = fields.String(allow_none=True, metadata={"description": "The comment; or null.", "example": None})
    revision = fields.Integer(metadata=REVISION)


class EarlierMarkSchema(Schema):
    question_id = ObjectIdText(metadata=QUESTION_ID)
    points = fields.Float(
        allow_none=True, metadata={"description": "The points before; null: not marked.", "example": 0.0}
    )


class EarlierSchema(Schema):
    """A change of the result, and the result before it."""

    cause = Word(Cause, metadata={"description": "What changed the result.", "example": "marked"})
    by = fields.Integer(metadata={"description": "The user who changed it.", "example": cast.INSTRUCTOR["id"]})
    at = Instant(metadata={"description": "When it was changed."})
    reason = fields.String(allow_none=True, metadata={"description": "Why, or the marker's comment; or null."})
    score = fields.Float(allow_none=True, metadata={"description": "The points before.", "example": 0.0})
    max_score = fields.Float(metadata={"description": "The most points before.", "example": 2.0})
    passed = fields.Boolean(
        allow_none=True, metadata={"description": "Whether it passed before; null: that was open.", "example": False}
    )
    awaiting = fields.Integer(metadata={"description": "How many answers were to be marked by hand.", "example": 0})
    marks = fields.List(
        fields.Nested(EarlierMarkSchema), metadata={"description": "The answers that were marked anew, as they were."}
    )


class StaffPartSchema(Schema):
    """What only the course's staff see of an attempt."""

    user_id = fields.Integer(metadata=USER_ID)
    name = fields.String(allow_none=True, metadata=NAME)
    late_answers = fields.List(
        fields.Nested(LateAnswerSchema),
        metadata={"description": "Answers that arrived after the end, and do not count."},
    )
    marks = fields.List(fields.Nested(MarkSchema), metadata={"description": "Who marked what."})
    history = fields.List(
        fields.Nested(EarlierSchema), metadata={"description": "The changes of the result, the first one first."}
    )
