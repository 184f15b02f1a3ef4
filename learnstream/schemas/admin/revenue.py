"""Schemas of revenue."""

from marshmallow import fields

from learnstream import clock
from learnstream.models.ledger import Mode, RevenueBy
from learnstream.schemas.analytics.analytics import DaysQuerySchema
from learnstream.schemas.common.base import Choice, Schema, Word
from learnstream.schemas.common.fields import TimeZone
from learnstream.web import cast


class RevenueQuerySchema(DaysQuerySchema):
    by = Choice(
        RevenueBy,
        load_default=RevenueBy.DAY,
        metadata={"description": "What each row is of, besides a currency."},
    )
    mode = Choice(
        Mode,
        load_default=None,
        allow_none=False,
        metadata={
            "description": "Real money, or that of tests: never both. By default that of the configured key; without one, "
            "real money."
        },
    )
    tz = TimeZone(
        load_default=clock.UTC_NAME,
        metadata={"description": "The IANA time zone whose days these are.", "example": cast.TIME_ZONE},
    )


def _amount(description: str, example: int) -> fields.Integer:
    return fields.Integer(metadata={"description": f"{description} In minor units of `currency`.", "example": example})


class RevenueRowSchema(Schema):
    """The revenue of a day, a course or all, in one currency; gross - discounts - refunds - disputes - tax = net."""

    day = fields.String(
        allow_none=True,
        metadata={"description": "The day, in the time zone `tz`; null if not by day.", "example": cast.WATCHED_ON},
    )
    course_id = fields.String(
        allow_none=True, metadata={"description": "The course; null if not by course.", "example": cast.COURSE_ID}
    )
    course_title = fields.String(
        allow_none=True,
        metadata={
            "description": "Its title in the latest of these orders; null if not by course.",
            "example": cast.COURSE_TITLE,
        },
    )
    currency = fields.String(metadata={"description": "The currency (ISO 4217, lower case).", "example": "eur"})
    decimals = fields.Integer(metadata={"description": "How many decimals its amounts have: 0, 2 or 3.", "example": 2})
    gross = _amount("Sales at list prices, with tax.", 52500)
    discounts = _amount("What coupons took off. Buyers paid `gross` less `discounts`.", 3500)
    refunds = _amount("What was refunded, with tax, less refunds that failed.", 4900)
    disputes = _amount("What banks took back, with tax, less what they returned.", 0)
    tax = _amount("Tax of what was paid, less that of what went back.", 7041)
    net = _amount("What is left without tax; negative if more went back than came in.", 37059)


class RevenueSchema(Schema):
    by = Word(RevenueBy, metadata={"description": "What each row is of.", "example": RevenueBy.DAY.value})
    mode = Word(Mode, metadata={"description": "Real money, or that of tests.", "example": Mode.LIVE.value})
    tz = fields.String(metadata={"description": "The time zone of the days.", "example": cast.TIME_ZONE})
    first = fields.String(data_key="from", attribute="from", metadata={"description": "The first of these days."})
    last = fields.String(data_key="to", attribute="to", metadata={"description": "The last of them."})
    rows = fields.List(
        fields.Nested(RevenueRowSchema),
        metadata={
            "description": "By day or by title, then by currency. Without days and courses whose money did not move."
        },
    )
