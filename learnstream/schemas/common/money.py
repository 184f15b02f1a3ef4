"""Schemas of money."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.schemas.common.base import Schema
from learnstream.text import money
from learnstream.text.money import InvalidMoney, Money
from learnstream.web import cast
from learnstream.web.parsing import Integer

AMOUNT = {
    "description": "In the currency's minor unit, such as cents: 4900 is 49.00 EUR, but 4900 JPY.",
    "example": cast.PRICE["amount"],
}
CURRENCY = {"description": "The currency's ISO 4217 code, in lower case.", "example": cast.PRICE["currency"]}


class MoneySchema(Schema):
    """An amount of money."""

    amount = fields.Integer(metadata=AMOUNT)
    currency = fields.String(metadata=CURRENCY)


class NewPriceSchema(Schema):
    """An amount that can be charged. Loaded as `Money`."""

    amount = Integer(strict=True, required=True, metadata=AMOUNT)
    currency = fields.String(
        required=True,
        validate=validate.OneOf(sorted(money.CURRENCIES), error="Unsupported currency."),
        metadata=CURRENCY,
    )

    @ma.post_load
    def check_amount(self, data: dict[str, Any], **_: Any) -> Money:
        price = Money(**data)
        try:
            money.check(price)
        except InvalidMoney as invalid:
            raise ma.ValidationError(str(invalid), invalid.field) from None
        return price


class ExpectedPriceSchema(Schema):
    """The price that a buyer was shown. Loaded as `Money`."""

    amount = Integer(strict=True, required=True, validate=validate.Range(min=0, max=money.MAXIMUM), metadata=AMOUNT)
    currency = fields.String(
        required=True,
        validate=validate.OneOf(sorted(money.CURRENCIES), error="Unsupported currency."),
        metadata=CURRENCY,
    )

    @ma.post_load
    def to_money(self, data: dict[str, Any], **_: Any) -> Money:
        return Money(**data)
