"""Schemas of checkouts and orders."""

from marshmallow import fields

from learnstream.models import OrderState
from learnstream.models.coupon import MAX_CODE
from learnstream.schemas.common.base import Flag, Instant, Line, Schema, Word
from learnstream.schemas.common.money import CURRENCY, ExpectedPriceSchema
from learnstream.web import cast

STATE = (
    "`pending` until the payment arrives; `failed` and `expired` ones can be ordered anew. `disputed`: the buyer's bank "
    "claims the payment back."
)


def _amount(description: str, example: int) -> fields.Integer:
    return fields.Integer(metadata={"description": description, "example": example})


class CheckoutRequestSchema(Schema):
    coupon = Line(
        max=MAX_CODE,
        allow_none=True,
        load_default=None,
        metadata={"description": "The code of a coupon; case makes no difference.", "example": cast.COUPON_CODE},
    )
    accept_terms = Flag(
        required=True,
        metadata={"description": "Whether the buyer accepts the terms of sale; must be true.", "example": True},
    )
    expected = fields.Nested(
        ExpectedPriceSchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "The price that the buyer was shown: if it is another one now, nothing is ordered."},
    )


class AmountsSchema(Schema):
    """What an order costs."""

    subtotal = _amount("The course's price, in the currency's minor unit.", cast.PRICE_AMOUNT)
    discount = _amount("What a coupon takes off.", 980)
    tax = _amount("The tax that the payment service computed; 0 until it was paid.", 0)
    total = _amount("What is to be paid, or was.", 3920)
    currency = fields.String(metadata=CURRENCY)


class CheckoutSchema(AmountsSchema):
    order_id = fields.Integer(attribute="id", metadata={"description": "The order's id.", "example": cast.ORDER_ID})
    state = Word(OrderState, metadata={"description": STATE, "example": "paid"})
    checkout_url = fields.String(
        allow_none=True,
        metadata={
            "description": "The page to send the buyer to; null if nothing is to be paid any more.",
            "example": cast.CHECKOUT_URL,
        },
    )
    expires_at = Instant(
        attribute="checkout_expires_at",
        allow_none=True,
        metadata={"description": "Until when the page can be paid.", "example": cast.OPENS_AT},
    )


class PaymentSchema(Schema):
    """A payment of an order."""

    amount = _amount("What was paid.", 3920)
    currency = fields.String(metadata=CURRENCY)
    paid_at = Instant(metadata={"description": "When the payment was confirmed."})
    receipt_url = fields.String(
        allow_none=True, metadata={"description": "The vendor's receipt.", "example": cast.RECEIPT_URL}
    )
    invoice_url = fields.String(
        allow_none=True, metadata={"description": "The vendor's page of the invoice, if there is one.", "example": None}
    )
    invoice_pdf_url = fields.String(
        allow_none=True, metadata={"description": "The invoice as a PDF, if there is one.", "example": None}
    )


class OrderSchema(AmountsSchema):
    """An order, as its buyer sees it."""

    id = fields.Integer(metadata={"description": "The order's id.", "example": cast.ORDER_ID})
    course_id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    course_title = fields.String(
        metadata={"description": "The course's title when it was ordered.", "example": cast.COURSE_TITLE}
    )
    course_version = fields.Integer(metadata={"description": "The version that was ordered.", "example": 2})
    state = Word(OrderState, metadata={"description": STATE, "example": "paid"})
    on_its_way = fields.Boolean(
        metadata={"description": "Whether a payment was started that takes days to arrive.", "example": False}
    )
    coupon = fields.String(
        allow_none=True, metadata={"description": "The code of the coupon.", "example": cast.COUPON_CODE}
    )
    refunded = _amount("What was refunded.", 0)
    checkout_url = fields.String(
        allow_none=True, metadata={"description": "The page on which it can be paid now, if it can.", "example": None}
    )
    accepted_terms_at = Instant(metadata={"description": "When the buyer accepted the terms."})
    created_at = Instant(metadata={"description": "When it was ordered."})
    paid_at = Instant(allow_none=True, metadata={"description": "When it was paid; null before."})
    closed_at = Instant(
        allow_none=True,
        metadata={"description": "When it expired, failed or was refunded in full; null if not.", "example": None},
    )
    payments = fields.List(fields.Nested(PaymentSchema), metadata={"description": "Its payments."})
