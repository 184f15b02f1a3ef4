"""Schemas of prices."""

from marshmallow import fields

from learnstream.schemas.common.base import Instant, Schema
from learnstream.schemas.common.money import MoneySchema
from learnstream.web import cast


class PriceChangeSchema(Schema):
    """What a course costs from a time on."""

    price = fields.Nested(
        MoneySchema, attribute="money", allow_none=True, metadata={"description": "The price; null: free."}
    )
    since = Instant(attribute="created_at", metadata={"description": "From when it applies."})
    changed_by = fields.Integer(
        attribute="created_by", metadata={"description": "The user who set it.", "example": cast.ADMIN_ID}
    )


class CoursePriceSchema(Schema):
    """What a course costs, and has cost."""

    price = fields.Nested(MoneySchema, allow_none=True, metadata={"description": "The present price; null: free."})
    history = fields.List(
        fields.Nested(PriceChangeSchema), metadata={"description": "The latest 100 changes, the latest first."}
    )
