"""Schemas of the exceptions that instructors make for single learners."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.schemas.authoring.outline import is_a_sensible_time
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, Schema, Text, Word
from learnstream.schemas.enrollment.enrollment import GrantChoiceSchema, SeatEnd


class Reason(Text):
    """The reason for an exception, stored in the audit log."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"description": "The reason, for the audit log.", "example": "Was ill for two weeks."}
        super().__init__(min=1, max=500, strip=True, required=True, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        reason = super()._deserialize(value, *args, **kwargs)
        if not reason:
            raise ma.ValidationError("Give a reason.")
        return reason


class ReasonSchema(Schema):
    reason = Reason()


class OverrideFieldsSchema(Schema):
    unlocks_at = Instant(
        allow_none=True,
        load_default=None,
        validate=is_a_sensible_time,
        metadata={
            "description": "When it opens to this learner, within a hundred years from now; null means as in the "
            "outline."
        },
    )
    without_prerequisites = Flag(
        load_default=False, metadata={"description": "Whether its prerequisites are lifted.", "example": True}
    )
    reason = Reason()


class OverrideWriteSchema(OverrideFieldsSchema):
    @ma.validates_schema
    def grant_something(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("unlocks_at") is None and not data.get("without_prerequisites"):
            raise ma.ValidationError("Give `unlocks_at` or `without_prerequisites`.")


class OverrideSchema(OverrideFieldsSchema):
    target_id = fields.String(metadata={"description": "The id of the lesson or module."})
    granted_by = fields.Integer(metadata={"description": "The user who granted it.", "example": 3})
    updated_at = Instant(metadata={"description": "When it was granted or changed."})


class ExtensionSchema(GrantChoiceSchema):
    expires_at = SeatEnd(required=True)
    reason = Reason()


class ResetSchema(Schema):
    # Null is an error: a client that lost the lesson's id must not reset the whole course.
    lesson_id = ObjectIdText(
        load_default=None,
        allow_none=False,
        metadata={"description": "The lesson to reset; if absent, the whole course is reset."},
    )
    reason = Reason()


class ResetDoneSchema(Schema):
    lesson_ids = fields.List(fields.String(), metadata={"description": "The lessons whose progress was deleted."})


class WaiverSchema(Schema):
    lesson_id = ObjectIdText(required=True, metadata={"description": "The id of a lesson in the learner's version."})
    reason = Reason()


class WaivedSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The lesson's id."})
    completed_at = Instant(metadata={"description": "When it was waived."})
    completed_by = Word(("waived",), metadata={"description": "Always `waived`.", "example": "waived"})
