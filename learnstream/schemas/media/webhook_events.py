"""Schemas of the video service's webhook events."""

from marshmallow import fields

from learnstream.documents import WebhookState
from learnstream.schemas.common.base import Choice, Instant, Line, Schema, Word


class ReceiptSchema(Schema):
    id = fields.String(metadata={"description": "The event's id."})


class EventSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The event's id, given by the video service."})
    type = fields.String(metadata={"description": "The event's type.", "example": "video.asset.ready"})
    object_id = fields.String(
        allow_none=True, metadata={"description": "The upload, asset or track it concerns; null if it names none."}
    )
    state = Word(
        WebhookState,
        metadata={
            "description": (
                "`pending`: will be tried (again). `applied`: done. `ignored`: not relevant. `parked`: given up after "
                "five attempts; replay it once the cause is fixed."
            ),
        },
    )
    tries = fields.Integer(metadata={"description": "The number of attempts."})
    last_error = fields.String(
        allow_none=True, dump_default=None, metadata={"description": "Why the last attempt failed; null if it did not."}
    )
    next_try_at = Instant(metadata={"description": "For a pending event: when the next attempt is due."})
    occurred_at = Instant(allow_none=True, metadata={"description": "When it happened, by the service's clock."})
    received_at = Instant(metadata={"description": "When it was received."})
    applied_at = Instant(
        allow_none=True, dump_default=None, metadata={"description": "When it was applied; null if it was not."}
    )


class EventWithPayloadSchema(EventSchema):
    payload = fields.Dict(metadata={"description": "The event as it was received."})


class EventFilterSchema(Schema):
    state = Choice(WebhookState, metadata={"description": "Only events with this status."})
    type = Line(max=200, metadata={"description": "Only events of this type.", "example": "video.asset.ready"})
    object_id = Line(max=200, metadata={"description": "Only events about this upload, asset or track."})
