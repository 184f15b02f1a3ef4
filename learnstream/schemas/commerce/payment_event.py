"""Schemas of the payment service's webhook events."""

from marshmallow import fields

from learnstream.models import PaymentEventState
from learnstream.schemas.common.base import Choice, Instant, Line, RowId, Schema, Word


class PaymentEventReceiptSchema(Schema):
    id = fields.String(metadata={"description": "The event's id."})


class PaymentEventSchema(Schema):
    id = fields.String(attribute="event_id", metadata={"description": "The event's id, given by the payment service."})
    type = fields.String(metadata={"description": "The event's type.", "example": "checkout.session.completed"})
    livemode = fields.Boolean(metadata={"description": "Whether it is about real money."})
    order_id = fields.Integer(
        allow_none=True, metadata={"description": "The order that it turned out to be about; null if it is not known."}
    )
    state = Word(
        PaymentEventState,
        metadata={
            "description": (
                "`pending`: will be tried (again). `done`: applied. `ignored`: not relevant. `parked`: given up after its "
                "tries; replay it once the cause is fixed, or skip it. `skipped`: given up for good."
            ),
        },
    )
    tries = fields.Integer(metadata={"description": "The number of tries."})
    last_error = fields.String(
        allow_none=True, metadata={"description": "Why the last try failed; null if it did not."}
    )
    next_try_at = Instant(metadata={"description": "For a pending event: when the next try is due."})
    occurred_at = Instant(
        attribute="vendor_created_at", metadata={"description": "When it happened, by the service's clock."}
    )
    received_at = Instant(metadata={"description": "When it was received."})
    done_at = Instant(
        allow_none=True, metadata={"description": "When it was applied, ignored or skipped; null if it was not."}
    )


class PaymentEventWithPayloadSchema(PaymentEventSchema):
    payload = fields.Dict(metadata={"description": "The event as it was received."})


class PaymentEventFilterSchema(Schema):
    state = Choice(PaymentEventState, metadata={"description": "Only events in this state."})
    type = Line(max=100, metadata={"description": "Only events of this type.", "example": "charge.refunded"})
    order_id = RowId(strict=False, metadata={"description": "Only events about this order."})
