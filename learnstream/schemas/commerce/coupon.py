"""Request and response schemas of coupons."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.models.coupon import MAX_CODE
from learnstream.schemas.common.base import (
    Flag,
    Instant,
    Line,
    ObjectIdText,
    Schema,
    SomethingToChange,
    Whole,
)
from learnstream.text import money
from learnstream.web import cast
from learnstream.web.parsing import Integer

MAX_COURSES = 100
MOST_USES = 1_000_000
CODE = {
    "description": "What buyers enter; case makes no difference. Letters of the English alphabet, digits and hyphens.",
    "example": cast.COUPON_CODE,
}
PERCENT = {"description": "What it takes off, in percent; null if it is an amount.", "example": 20}
AMOUNT_OFF = {
    "description": "What it takes off, in the currency's minor unit, such as cents; null if it is in percent.",
    "example": None,
}
CURRENCY = {"description": "The currency of `amount_off`, in lower case.", "example": None}
COURSE_IDS = {"description": "The courses for which it is valid; null: all.", "example": [cast.COURSE_ID]}
STARTS_AT = {"description": "From when it is valid; null: at once.", "example": None}
ENDS_AT = {"description": "Until when it is valid; null: without end.", "example": cast.CLOSES_AT}
MAX_USES = {"description": "How often it can be used in all; null: without limit.", "example": 100}
MAX_USES_PER_USER = {"description": "How often each buyer can use it; null: without limit.", "example": 1}


def _times(**kwargs: Any) -> Integer:
    return Integer(strict=True, allow_none=True, validate=validate.Range(min=1, max=MOST_USES), **kwargs)


class CouponTermsSchema(Schema):
    course_ids = fields.List(
        ObjectIdText(), allow_none=True, validate=validate.Length(min=1, max=MAX_COURSES), metadata=COURSE_IDS
    )
    starts_at = Instant(allow_none=True, metadata=STARTS_AT)
    ends_at = Instant(allow_none=True, metadata=ENDS_AT)
    max_uses = _times(metadata=MAX_USES)
    max_uses_per_user = _times(metadata=MAX_USES_PER_USER)

    @ma.validates("course_ids")
    def require_distinct(self, value: list[str] | None, **_: Any) -> None:
        if value and len({*value}) < len(value):
            raise ma.ValidationError("Must not name a course twice.")


class NewCouponSchema(CouponTermsSchema):
    code = Line(
        max=MAX_CODE,
        required=True,
        validate=Whole("^[A-Za-z0-9-]+$", error="Must consist of letters, digits and hyphens."),
        metadata=CODE,
    )
    percent = Integer(strict=True, allow_none=True, validate=validate.Range(min=1, max=100), metadata=PERCENT)
    amount_off = Integer(
        strict=True, allow_none=True, validate=validate.Range(min=1, max=money.MAXIMUM), metadata=AMOUNT_OFF
    )
    currency = fields.String(
        allow_none=True,
        validate=validate.OneOf(sorted(money.CURRENCIES), error="Unsupported currency."),
        metadata=CURRENCY,
    )

    @ma.validates_schema
    def require_one_discount(self, data: dict[str, Any], **_: Any) -> None:
        percent, amount, currency = (data.get(name) is not None for name in ("percent", "amount_off", "currency"))
        if percent == amount:
            raise ma.ValidationError("Give either `percent`, or `amount_off` with `currency`.", "percent")
        if amount != currency:
            raise ma.ValidationError("Belongs to `amount_off`.", "currency")


class CouponPatchSchema(CouponTermsSchema, SomethingToChange):
    archived = Flag(metadata={"description": "Whether nobody can use it any more.", "example": True})


class CouponSchema(Schema):
    id = fields.Integer(metadata={"description": "The coupon's id.", "example": cast.COUPON_ID})
    code = fields.String(metadata=CODE)
    percent = fields.Integer(allow_none=True, metadata=PERCENT)
    amount_off = fields.Integer(allow_none=True, metadata=AMOUNT_OFF)
    currency = fields.String(allow_none=True, metadata=CURRENCY)
    course_ids = fields.List(fields.String(), allow_none=True, metadata=COURSE_IDS)
    starts_at = Instant(allow_none=True, metadata=STARTS_AT)
    ends_at = Instant(allow_none=True, metadata=ENDS_AT)
    max_uses = fields.Integer(allow_none=True, metadata=MAX_USES)
    max_uses_per_user = fields.Integer(allow_none=True, metadata=MAX_USES_PER_USER)
    uses = fields.Integer(
        metadata={"description": "How often it is used: by orders that are paid, and by open ones.", "example": 13}
    )
    paid_uses = fields.Integer(metadata={"description": "How many of these orders are paid.", "example": 12})
    archived_at = Instant(
        allow_none=True, metadata={"description": "Since when nobody can use it; null if it is not archived."}
    )
    created_at = Instant(metadata={"description": "When it was created."})
    updated_at = Instant(metadata={"description": "When it last changed."})


class CouponQuerySchema(Schema):
    timeless = True

    archived = fields.Boolean(
        load_default=None, allow_none=False, metadata={"description": "Only those that are archived, or are not."}
    )
    code = Line(
        max=MAX_CODE,
        load_default=None,
        allow_none=False,
        metadata={"description": "Only the one with this code; case makes no difference."},
    )
