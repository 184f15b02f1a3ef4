"""Shapes of the video service's events."""

from marshmallow import fields

from learnstream.documents import WebhookState
from learnstream.schemas.common.base import Choice, Instant, Line, Schema, Word


class ReceiptSchema(Schema):
    id = fields.String(metadata={"description": "The event's id."})


class EventSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The event's id, given by the video service."})
    type = fields.String(metadata={"description": "What kind of event it is.", "example": "video.asset.ready"})
    object_id = fields.String(
        allow_none=True, metadata={"description": "The upload, asset or track it is about; null if it does not say."}
    )
    state = Word(
        WebhookState,
        metadata={
            "description": (
                "`pending`: to be tried (again). `applied`: done. `ignored`: of no interest to us. `parked`: given up "
                "after five tries; replay it once its cause is mended."
            ),
        },
    )
    tries = fields.Integer(metadata={"description": "How often it was tried."})
    last_error = fields.String(
        allow_none=True, dump_default=None, metadata={"description": "Why the last try failed; null if it did not."}
    )
    next_try_at = Instant(metadata={"description": "Of a pending event: when it is tried next."})
    occurred_at = Instant(allow_none=True, metadata={"description": "When it happened, by the service's clock."})
    received_at = Instant(metadata={"description": "When we received it."})
    applied_at = Instant(
        allow_none=True, dump_default=None, metadata={"description": "When it was applied; null if it never was."}
    )


class EventWithPayloadSchema(EventSchema):
    payload = fields.Dict(metadata={"description": "The event as it was received."})


class EventFilterSchema(Schema):
    state = Choice(WebhookState, metadata={"description": "Only events in this state."})
    type = Line(max=200, metadata={"description": "Only events of this type.", "example": "video.asset.ready"})
    object_id = Line(max=200, metadata={"description": "Only events about this upload, asset or track."})
