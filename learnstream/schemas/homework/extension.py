"""Request and response schemas of extensions."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.schemas.authoring.outline import is_a_sensible_time
from learnstream.schemas.common.base import Instant
from learnstream.schemas.learning.lesson_grant import LessonGrantSchema, LessonGrantWriteSchema
from learnstream.web import cast

TIMES: dict[str, dict[str, Any]] = {
    "due_at": {
        "description": "Until when it is in time, if that is later than it is due anyway, within a hundred years from "
        "now; or null.",
        "example": cast.OPENS_AT,
    },
    "accepted_until": {
        "description": "Until when it is accepted, if that is later than anyway, within a hundred years from now; or "
        "null. It is always accepted until it is due.",
        "example": cast.CLOSES_AT,
    },
}


class HomeworkExtensionWriteSchema(LessonGrantWriteSchema):
    due_at = Instant(allow_none=True, load_default=None, validate=is_a_sensible_time, metadata=TIMES["due_at"])
    accepted_until = Instant(
        allow_none=True, load_default=None, validate=is_a_sensible_time, metadata=TIMES["accepted_until"]
    )

    @ma.validates_schema
    def grant_time(self, data: dict[str, Any], **_: Any) -> None:
        due_at, accepted_until = data.get("due_at"), data.get("accepted_until")
        if due_at is None and accepted_until is None:
            raise ma.ValidationError("Give `due_at` or `accepted_until`.")
        if due_at and accepted_until and accepted_until < due_at:
            raise ma.ValidationError("Must not be before `due_at`.", "accepted_until")


class HomeworkExtensionSchema(LessonGrantSchema):
    id = fields.Integer(metadata={"description": "The extension's id.", "example": cast.EXTENSION_ID})
    due_at = Instant(allow_none=True, metadata=TIMES["due_at"])
    accepted_until = Instant(allow_none=True, metadata=TIMES["accepted_until"])
