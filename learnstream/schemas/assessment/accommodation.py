"""Request and response schemas of accommodations."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.models.accommodation import MAX_TIME_FACTOR
from learnstream.schemas.authoring.outline import is_a_sensible_time
from learnstream.schemas.common.base import Instant, Schema, Text
from learnstream.schemas.common.decimals import Exact
from learnstream.schemas.learning.lesson_grant import LessonGrantSchema, LessonGrantWriteSchema
from learnstream.web import cast
from learnstream.web.parsing import Integer

WEEK, MOST_ATTEMPTS = 7 * 86_400, 100
PLACES = 2
EXTRA: dict[str, dict[str, Any]] = {
    "extra_seconds": {
        "description": "Seconds in addition to the time limit, after the learner's time factor. The quiz closes as much "
        "later.",
        "example": 600,
    },
    "extra_attempts": {"description": "Attempts in addition to those that the quiz allows.", "example": 1},
    "closes_at": {
        "description": "Until when the quiz is open, if that is later than it closes anyway, within a hundred years from "
        "now; or null.",
        "example": cast.OPENS_AT,
    },
}


class TimeFactor(Exact):
    """A factor of at most two decimal places."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {
            "description": "How much time the learner has in all quizzes, as a factor of at most two decimal places.",
            "example": 1.25,
        }
        super().__init__(validate=validate.Range(min=1, max=MAX_TIME_FACTOR), metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        factor = super()._deserialize(value, *args, **kwargs)
        if factor.as_tuple().exponent < -PLACES:
            raise ma.ValidationError(f"Must have at most {PLACES} decimal places.")
        return factor


class TimeFactorSchema(Schema):
    time_factor = TimeFactor(required=True)
    note = Text(
        max=500,
        strip=True,
        load_default="",
        metadata={"description": "A note for administrators, which nobody else sees.", "example": "Until July."},
    )


class GrantedTimeFactorSchema(TimeFactorSchema):
    user_id = fields.Integer(metadata={"description": "The user's id.", "example": cast.LEARNER_ID})
    granted_by = fields.Integer(
        allow_none=True,
        metadata={"description": "The administrator who set it last; or null.", "example": cast.ADMIN_ID},
    )
    updated_at = Instant(allow_none=True, metadata={"description": "When it was set last; or null."})


def _extra(name: str, most: int) -> Integer:
    return Integer(strict=True, load_default=0, validate=validate.Range(min=0, max=most), metadata=EXTRA[name])


class AccommodationWriteSchema(LessonGrantWriteSchema):
    extra_seconds = _extra("extra_seconds", WEEK)
    extra_attempts = _extra("extra_attempts", MOST_ATTEMPTS)
    closes_at = Instant(allow_none=True, load_default=None, validate=is_a_sensible_time, metadata=EXTRA["closes_at"])

    @ma.validates_schema
    def grant_something(self, data: dict[str, Any], **_: Any) -> None:
        if not any(data.get(name) for name in ("extra_seconds", "extra_attempts", "closes_at")):
            raise ma.ValidationError("Give `extra_seconds`, `extra_attempts` or `closes_at`.")


class AccommodationSchema(LessonGrantSchema):
    id = fields.Integer(metadata={"description": "The accommodation's id.", "example": cast.ACCOMMODATION_ID})
    extra_seconds = fields.Integer(metadata=EXTRA["extra_seconds"])
    extra_attempts = fields.Integer(metadata=EXTRA["extra_attempts"])
    closes_at = Instant(allow_none=True, metadata=EXTRA["closes_at"])
