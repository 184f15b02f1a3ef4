"""The state of payments in the status report."""

from marshmallow import fields

from learnstream.models.reconciliation import ReconciliationStep
from learnstream.schemas.common.base import Instant, Schema, Word


class PaymentEventLagSchema(Schema):
    pending = fields.Integer(metadata={"description": "How many wait."})
    oldest_at = Instant(allow_none=True, metadata={"description": "Since when the oldest waits."})
    seconds = fields.Float(metadata={"description": "How long that is."})
    parked = fields.Integer(metadata={"description": "How many were given up after too many tries."})


class HangingOrderSchema(Schema):
    id = fields.Integer(metadata={"description": "The order's id.", "example": 31})
    created_at = Instant(metadata={"description": "When it was placed."})


class OrderLagSchema(Schema):
    pending = fields.Integer(metadata={"description": "How many are open."})
    hanging = fields.Integer(
        metadata={
            "description": "How many of them should have been closed for an hour, or have no page after an hour, or are "
            "without their money after 15 days."
        }
    )
    first_hanging = fields.List(
        fields.Nested(HangingOrderSchema), metadata={"description": "Up to twenty of those, the oldest first."}
    )


class ReconciliationSchema(Schema):
    finished_at = Instant(
        allow_none=True, metadata={"description": "When a whole pass ended last; null before the first one."}
    )
    seconds = fields.Float(
        allow_none=True, metadata={"description": "How long ago that is: normally up to ten minutes."}
    )
    step = Word(
        ReconciliationStep,
        allow_none=True,
        metadata={
            "description": "Where a pass that has begun is: `checkouts`, `events`, `refunds` or `orders`; null between passes.",
            "example": None,
        },
    )
    corrected = fields.Integer(metadata={"description": "How many orders, events and refunds it has mended ever."})
    last_error = fields.String(
        allow_none=True, metadata={"description": "Why the last run stopped; null if it did not fail.", "example": None}
    )
    undelivered_at = Instant(
        allow_none=True,
        metadata={
            "description": "When it found events last that the service could not deliver: its address or the secret is wrong, "
            "or this server did not answer. Null: never.",
            "example": None,
        },
    )


class PaymentsStatusSchema(Schema):
    configured = fields.Boolean(metadata={"description": "Whether a payment service is configured."})
    livemode = fields.Boolean(
        allow_none=True, metadata={"description": "Whether it moves real money; null if none is configured."}
    )
    events = fields.Nested(PaymentEventLagSchema, metadata={"description": "Its webhook events."})
    orders = fields.Nested(OrderLagSchema, metadata={"description": "Orders that are not settled."})
    reconciliation = fields.Nested(
        ReconciliationSchema, metadata={"description": "The comparison of orders with the payment service."}
    )
