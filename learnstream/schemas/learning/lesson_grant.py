"""Fields of what staff grants to a learner, or to each member of a group, in one lesson."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.schemas.common.base import Instant, RowId, Schema
from learnstream.schemas.learning.exceptions import Reason
from learnstream.web import cast

TARGET: dict[str, dict[str, Any]] = {
    "user_id": {"description": "The learner; null if it is for a group.", "example": cast.LEARNER_ID},
    "group_id": {"description": "The group, for each of its members; null if it is for a learner.", "example": None},
}


class LessonGrantWriteSchema(Schema):
    user_id = RowId(allow_none=True, load_default=None, metadata=TARGET["user_id"])
    group_id = RowId(allow_none=True, load_default=None, metadata=TARGET["group_id"])
    reason = Reason()

    @ma.validates_schema
    def grant_to_someone(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("user_id") is None) == (data.get("group_id") is None):
            raise ma.ValidationError("Give either `user_id` or `group_id`.")


class LessonGrantSchema(Schema):
    user_id = fields.Integer(allow_none=True, metadata=TARGET["user_id"])
    group_id = fields.Integer(allow_none=True, metadata=TARGET["group_id"])
    name = fields.String(
        metadata={"description": "The name of the learner or the group.", "example": cast.LEARNER["name"]}
    )
    reason = Reason()
    granted_by = fields.Integer(metadata={"description": "The user who granted it.", "example": cast.INSTRUCTOR["id"]})
    updated_at = Instant(metadata={"description": "When it was granted or replaced."})
