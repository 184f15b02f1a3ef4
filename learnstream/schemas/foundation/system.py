"""Response schemas of the system endpoints."""

from marshmallow import fields

from learnstream.schemas.common.base import Schema, Word


class HealthSchema(Schema):
    status = Word(("ok",), metadata={"description": "Always `ok`."})


class StoreSchema(Schema):
    status = Word(("up", "down"), metadata={"description": "Whether the store responded."})
    ms = fields.Float(metadata={"description": "The store's response time in milliseconds."})


class ReadinessSchema(Schema):
    status = Word(
        ("ready", "degraded", "unavailable"),
        metadata={"description": "`degraded`: only Redis is down; no data is lost."},
    )
    stores = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(StoreSchema),
        metadata={"description": "The state of each store, by name."},
    )
