"""Schemas of progress reports and of a learner's progress in a lesson.

Responses are built as plain values; a test checks that they match these schemas.
"""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.errors import Retry
from learnstream.schemas.authoring.lesson import CompletionSchema
from learnstream.schemas.common.base import Flag, Instant, Number, Schema, Text
from learnstream.web import cast

MAX_STRETCHES = 500
MAX_SECONDS = 1e9  # far beyond the end of any video
MAX_SEQ = 2**53 - 1  # the largest integer that every JSON library represents exactly
HEARTBEAT = ("seq", "client_time", "position", "played")
REASONS = ("over_budget", "beyond_end", "before_reset", "not_recorded")

FROM = {"description": "Where playback began, in seconds of the video.", "example": 30.2}
TO = {"description": "Where playback ended, in seconds of the video.", "example": cast.POSITION}
VIEWING_ID = {"example": cast.VIEWING_ID}
AT = {"description": "When playback began, by the client's clock.", "example": cast.BEGAN_AT}


class Seconds(Number):
    """A position in a video, in seconds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_nan=False, validate=validate.Range(min=0, max=MAX_SECONDS), **kwargs)


class Count(fields.Integer):
    """A non-negative integer; booleans are not coerced."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=0, max=MAX_SEQ), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


class ViewingId(Text):
    """The id of a viewing; null counts as not given."""

    def __init__(self, **metadata: Any) -> None:
        super().__init__(max=500, allow_none=True, load_default=None, metadata=VIEWING_ID | metadata)


class PlayedSchema(Schema):
    """A stretch of the video that was played without seeking."""

    start = Seconds(required=True, data_key="from", metadata=FROM)
    end = Seconds(required=True, data_key="to", metadata=TO)
    at = Instant(required=True, metadata=AT)

    @ma.validates_schema
    def forwards(self, data: dict[str, Any], **_: Any) -> None:
        if data["end"] < data["start"]:
            raise ma.ValidationError({"to": ["Must not be before `from`."]})


class ReportSchema(Schema):
    """A heartbeat, or a batch collected offline."""

    viewing_id = ViewingId(
        description="From GET /lessons/{id}/playback. Without one, at most five seconds are credited."
    )
    session_id = ViewingId(
        deprecated=True,
        description="The former name of `viewing_id`, still accepted. If both are given, they must be equal. "
        "Errors name `viewing_id`.",
    )
    seq = Count(
        metadata={
            "description": "The heartbeat's number within its viewing; a repeated heartbeat has the same number.",
            "example": 4,
        }
    )
    client_time = Instant(
        metadata={
            "description": "When the heartbeat was created, by the client's clock.",
            "example": cast.WATCHED_AT,
        }
    )
    position = Seconds(
        allow_none=True,
        load_default=None,
        metadata={"description": "The player's position, to resume from.", "example": cast.POSITION},
    )
    played = fields.List(
        fields.Nested(PlayedSchema),
        load_default=list,
        validate=validate.Length(max=MAX_STRETCHES),
        metadata={"description": f"The stretches played since the last heartbeat, at most {MAX_STRETCHES}."},
    )
    opened = Flag(validate=validate.Equal(True), metadata={"description": "The learner has opened the lesson."})
    completed = Flag(
        validate=validate.Equal(True), metadata={"description": "The learner has marked the lesson as completed."}
    )

    @ma.validates_schema
    def whole_heartbeat(self, data: dict[str, Any], **_: Any) -> None:
        missing = [name for name in ("seq", "client_time") if name not in data]
        if missing and _is_heartbeat(data):
            raise ma.ValidationError({name: ["Missing data for required field."] for name in missing})
        viewings = {data["viewing_id"], data["session_id"]} - {None}
        if len(viewings) > 1:
            raise ma.ValidationError({"session_id": ["Must equal `viewing_id`."]})

    @ma.post_load
    def separate(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Separate the heartbeat, None if there is none, from what else is reported."""
        return {
            "viewing_id": _viewing_id(data),
            "heartbeat": {name: data[name] for name in HEARTBEAT} if _is_heartbeat(data) else None,
            "opened": "opened" in data,
            "completed": "completed" in data,
        }


def _viewing_id(data: dict[str, Any]) -> str | None:
    """Return the id of the viewing that a report belongs to, under either name; None if it is empty."""
    return data["viewing_id"] or data["session_id"] or None


def _is_heartbeat(data: dict[str, Any]) -> bool:
    """True if a report contains a heartbeat; `opened` and `completed` may also be sent alone."""
    return bool(
        data["played"] or _viewing_id(data) or data["position"] is not None or not {"opened", "completed"} & data.keys()
    )


class AcceptedSchema(Schema):
    start = fields.Float(data_key="from", metadata=FROM)
    end = fields.Float(data_key="to", metadata={"description": "Where playback ended, at most the end of the video."})
    at = Instant(metadata=AT)


class RejectedSchema(AcceptedSchema):
    end = fields.Float(data_key="to", metadata=TO)
    reason = fields.String(
        validate=validate.OneOf(REASONS),
        metadata={
            "description": "`over_budget`: more than can have been watched since the first viewing began; the part of "
            "a stretch that fits is accepted. Send the rest again later; it is credited once enough time has passed · "
            "`beyond_end`: the video is shorter · `before_reset`: an instructor has reset the lesson since · "
            "`not_recorded`: instructors and administrators without an enrollment leave no record.",
            "example": "over_budget",
        },
    )
    retry = fields.String(
        validate=validate.OneOf(list(Retry)),
        metadata={"description": "Whether it may be credited if it is reported again, as in the `retry` of errors."},
    )


class SpanSchema(Schema):
    start = fields.Integer(data_key="from", metadata={"description": "The first second.", "example": 0})
    end = fields.Integer(
        data_key="to", metadata={"description": "The second after the last one.", "example": cast.WATCHED_SECONDS}
    )


class StateSchema(Schema):
    """A learner's progress in a lesson."""

    recorded = fields.Boolean(
        metadata={"description": "False for instructors and administrators without an enrollment, who leave no record."}
    )
    position = fields.Float(
        metadata={"description": "The position to resume from, in seconds.", "example": cast.POSITION}
    )
    watched_seconds = fields.Integer(
        metadata={
            "description": "The number of watched seconds of the video, each counted once.",
            "example": cast.WATCHED_SECONDS,
        }
    )
    duration = fields.Float(
        allow_none=True,
        metadata={
            "description": "The length of the video in seconds; null without a video.",
            "example": cast.VIDEO_SECONDS,
        },
    )
    fraction = fields.Float(
        metadata={"description": "For a video, the watched share; else 0 or 1.", "example": cast.FRACTION}
    )
    completed = fields.Boolean(
        metadata={"description": "Whether the lesson is completed; only an instructor's reset reverts this."}
    )
    completed_at = Instant(allow_none=True, metadata={"description": "When it was completed, by the server's clock."})
    opened_at = Instant(allow_none=True, metadata={"description": "When it was first reported as opened."})
    completion = fields.Nested(CompletionSchema, metadata={"description": "The rule that completes the lesson."})


class ReportedSchema(StateSchema):
    """The result of a report."""

    accepted = fields.List(fields.Nested(AcceptedSchema), metadata={"description": "Stretches that were credited."})
    rejected = fields.List(
        fields.Nested(RejectedSchema), metadata={"description": "Stretches that were not credited, with the reason."}
    )


class LessonProgressSchema(StateSchema):
    watched = fields.List(
        fields.Nested(SpanSchema), metadata={"description": "The watched intervals, in whole seconds, in order."}
    )
