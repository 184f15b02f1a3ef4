"""Schemas of orders as administrators see them, and of refunds."""

from typing import Any

from marshmallow import fields, validate

from learnstream.integrations.payments import RefundReason
from learnstream.models import DisputeStatus, GrantState, LedgerAccount, OrderState, RefundState
from learnstream.schemas.commerce.order import STATE, AmountsSchema
from learnstream.schemas.common.base import (
    Choice,
    Flag,
    Instant,
    Line,
    ObjectIdText,
    RowId,
    Schema,
    Text,
    Word,
)
from learnstream.schemas.common.money import CURRENCY
from learnstream.text import money
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of
from learnstream.web.parsing import Integer

MAX_NOTE = 500
REASON = {
    "description": "Why, for the payment service; null if it was made in its dashboard.",
    "example": RefundReason.REQUESTED.value,
}
NOTE = {"description": "More, for other administrators. The buyer does not see it.", "example": "Booked by mistake."}
KEEP_SEAT = {
    "description": "Whether the buyer keeps the enrollment even if nothing of the order is left. Of several refunds, the latest decides.",
    "example": False,
}


def _amount(description: str, example: int) -> fields.Integer:
    text = f"{description} In the currency's minor unit."
    return fields.Integer(metadata={"description": text, "example": example})


class OrderFilterSchema(Schema):
    state = Choice(
        OrderState, load_default=None, allow_none=False, metadata={"description": "Only those in this state."}
    )
    course_id = ObjectIdText(
        load_default=None, allow_none=False, metadata={"description": "Only orders of this course."}
    )
    user_id = RowId(
        strict=False, load_default=None, allow_none=False, metadata={"description": "Only orders of this buyer."}
    )
    coupon_id = RowId(
        strict=False, load_default=None, allow_none=False, metadata={"description": "Only orders with this coupon."}
    )
    since = Instant(
        data_key="from",
        load_default=None,
        allow_none=False,
        metadata={"description": "Only orders since this instant."},
    )
    until = Instant(load_default=None, allow_none=False, metadata={"description": "Only orders before this instant."})
    q = Line(
        max=200,
        min=0,
        load_default="",
        metadata={
            "description": "An order's id, beginnings of words in the buyer's name and e-mail address, or the address when it was placed."
        },
    )


class AdminOrderEntrySchema(AmountsSchema):
    """An order in the administrators' list."""

    id = fields.Integer(metadata={"description": "The order's id.", "example": cast.ORDER_ID})
    user_id = fields.Integer(metadata={"description": "The buyer's id.", "example": cast.LEARNER_ID})
    name = fields.String(
        metadata={"description": "The buyer's name when it was placed.", "example": cast.LEARNER["name"]}
    )
    email = fields.String(
        metadata={"description": "The buyer's e-mail address when it was placed.", "example": cast.LEARNER["email"]}
    )
    course_id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    course_title = fields.String(
        metadata={"description": "The course's title when it was ordered.", "example": cast.COURSE_TITLE}
    )
    course_version = fields.Integer(metadata={"description": "The version that was ordered.", "example": 2})
    state = Word(OrderState, metadata={"description": STATE, "example": OrderState.PAID.value})
    coupon = fields.String(
        allow_none=True, metadata={"description": "The code of its coupon.", "example": cast.COUPON_CODE}
    )
    refunded = _amount("What the payment service has accepted to refund.", 0)
    livemode = fields.Boolean(metadata={"description": "Whether it is about real money.", "example": True})
    created_at = Instant(metadata={"description": "When it was placed."})
    paid_at = Instant(allow_none=True, metadata={"description": "When it was paid; null if it was not."})
    closed_at = Instant(
        allow_none=True,
        metadata={"description": "When it expired, failed or was refunded in full.", "example": None},
    )


class AdminPaymentSchema(Schema):
    id = fields.Integer(metadata={"description": "The payment's id.", "example": cast.PAYMENT_ID})
    vendor_id = fields.String(
        allow_none=True, metadata={"description": "The payment service's id of it.", "example": cast.VENDOR_PAYMENT_ID}
    )
    charge_id = fields.String(
        allow_none=True, metadata={"description": "The payment service's id of its charge.", "example": None}
    )
    amount = _amount("What was paid.", 3920)
    tax = _amount("The tax in it.", 0)
    currency = fields.String(metadata=CURRENCY)
    refunded = _amount("What the payment service has accepted to refund of it.", 0)
    disputed = _amount("What disputes have taken of it.", 0)
    refundable = _amount("What can still be refunded of it.", 3920)
    paid_at = Instant(metadata={"description": "When it was confirmed."})


class RefundRequestSchema(Schema):
    payment_id = RowId(
        metadata={
            "description": "The payment to refund, of an order that has two; by default the first of which something is left.",
            "example": cast.PAYMENT_ID,
        }
    )
    amount = Integer(
        strict=True,
        validate=validate.Range(min=1, max=money.MAXIMUM),
        metadata={
            "description": "How much, in the currency's minor unit; by default all that is left of the payment.",
            "example": 1000,
        },
    )
    reason = Choice(RefundReason, required=True, metadata=REASON | {"description": "Why, for the payment service."})
    note = Text(max=MAX_NOTE, strip=True, load_default=None, metadata=NOTE)
    keep_seat = Flag(load_default=False, metadata=KEEP_SEAT)


class RefundSchema(Schema):
    """A refund of a payment."""

    id = fields.Integer(metadata={"description": "The refund's id.", "example": cast.REFUND_ID})
    payment_id = fields.Integer(metadata={"description": "The payment's id.", "example": cast.PAYMENT_ID})
    vendor_id = fields.String(
        allow_none=True,
        metadata={
            "description": "The payment service's id of it; null before it answered.",
            "example": cast.VENDOR_REFUND_ID,
        },
    )
    amount = _amount("How much.", 1000)
    currency = fields.String(metadata=CURRENCY)
    state = Word(
        RefundState,
        metadata={
            "description": "`requested` until the payment service has answered, then its word. Even one that `succeeded` can fail.",
            "example": RefundState.SUCCEEDED.value,
        },
    )
    reason = fields.String(allow_none=True, metadata=REASON)
    note = fields.String(allow_none=True, metadata=NOTE)
    keep_seat = fields.Boolean(metadata=KEEP_SEAT)
    requested_by = fields.Integer(
        allow_none=True,
        metadata={
            "description": "The administrator's id; null if it was made in the payment service's dashboard, or automatically "
            "because the payment gives no enrollment.",
            "example": cast.ADMIN_ID,
        },
    )
    failure_reason = fields.String(
        allow_none=True, metadata={"description": "Why it failed, in the payment service's word.", "example": None}
    )
    refunded_at = Instant(allow_none=True, metadata={"description": "When the payment service accepted it."})
    created_at = Instant(metadata={"description": "When it was requested, or first heard of."})


class DisputeSchema(Schema):
    """A dispute of a payment."""

    id = fields.Integer(metadata={"description": "The dispute's id.", "example": 2})
    payment_id = fields.Integer(metadata={"description": "The payment's id.", "example": cast.PAYMENT_ID})
    vendor_id = fields.String(metadata={"description": "The payment service's id of it.", "example": "du_1Q2w3E"})
    amount = _amount("How much the buyer's bank claims back.", 3920)
    currency = fields.String(metadata=CURRENCY)
    status = Word(
        DisputeStatus,
        metadata={
            "description": "The payment service's word; an inquiry's begin with `warning_` and suspend nothing.",
            "example": DisputeStatus.NEEDS_RESPONSE.value,
        },
    )
    reason = fields.String(allow_none=True, metadata={"description": "What the bank says.", "example": "fraudulent"})
    due_by = Instant(
        allow_none=True,
        metadata={"description": "Until when evidence is accepted, in its dashboard; null: not any more."},
    )
    created_at = Instant(metadata={"description": "When it was first heard of."})
    updated_at = Instant(metadata={"description": "When it last changed."})


class LedgerEntrySchema(Schema):
    """One side of a movement of money."""

    account = Word(LedgerAccount, metadata={"description": "The account.", "example": LedgerAccount.SALES.value})
    amount = _amount("A debit; a credit is negative.", -3920)
    currency = fields.String(metadata=CURRENCY)
    cause = fields.String(
        metadata={
            "description": "What moved it. The entries of a cause add up to zero.",
            "example": f"payment:{cast.VENDOR_PAYMENT_ID}",
        }
    )
    occurred_at = Instant(metadata={"description": "When."})


def _all(schema: type[Schema], description: str) -> fields.List[Any]:
    """A list of all that an order has, with an example of one."""
    return fields.List(fields.Nested(schema), metadata={"description": description, "example": [example_of(schema())]})


class AdminOrderSchema(AdminOrderEntrySchema):
    """An order with all that has happened to its money."""

    payments = _all(AdminPaymentSchema, "Its payments, the oldest first.")
    refunds = _all(RefundSchema, "Its refunds, the oldest first.")
    disputes = _all(DisputeSchema, "Its disputes, the oldest first.")
    ledger = _all(LedgerEntrySchema, "What moved for it.")
    grant_state = Word(
        GrantState,
        allow_none=True,
        metadata={
            "description": "Whether the reason that it is for the enrollment counts; null if it has given none.",
            "example": GrantState.LIVE.value,
        },
    )
