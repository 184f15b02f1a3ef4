"""Schemas of attempts as the course's staff see them."""

from marshmallow import fields

from learnstream.documents import AttemptState
from learnstream.schemas.assessment.attempt import ListedAttemptSchema
from learnstream.schemas.assessment.staff_part import NAME, USER_ID
from learnstream.schemas.common.base import Choice, Flag, RowId, Schema


class AttemptQuerySchema(Schema):
    state = Choice(AttemptState, metadata={"description": "Only attempts in this state.", "example": "submitted"})
    user_id = RowId(strict=False, metadata={"description": "Only attempts of this learner."})
    group_id = RowId(strict=False, metadata={"description": "Only attempts of the group's present members."})
    awaiting = fields.Boolean(
        metadata={"description": "Only attempts with answers to be marked by hand (`true`), or only the others."}
    )


class StaffListedAttemptSchema(ListedAttemptSchema):
    user_id = fields.Integer(metadata=USER_ID)
    name = fields.String(allow_none=True, metadata=NAME)
    max_score = fields.Float(metadata={"description": "The sum of all points.", "example": 2.0})
    has_late_answers = Flag(metadata={"description": "Whether answers arrived after the end.", "example": False})
