"""Schemas of what only the course's staff see of an attempt."""

from marshmallow import fields

from learnstream.schemas.assessment.answer_value import AnswerValue
from learnstream.schemas.assessment.asked_question import QUESTION_ID, SEQ
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, Schema
from learnstream.web import cast

USER_ID = {"description": "The learner.", "example": cast.LEARNER_ID}
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


class StaffPartSchema(Schema):
    """What only the course's staff see of an attempt."""

    user_id = fields.Integer(metadata=USER_ID)
    name = fields.String(allow_none=True, metadata=NAME)
    late_answers = fields.List(
        fields.Nested(LateAnswerSchema),
        metadata={"description": "Answers that arrived after the end, and do not count."},
    )
    marks = fields.List(fields.Nested(MarkSchema), metadata={"description": "Who marked what."})
