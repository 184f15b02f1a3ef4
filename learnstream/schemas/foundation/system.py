"""What the system endpoints answer."""

from marshmallow import fields

from learnstream.schemas.common.base import Schema, Word


class HealthSchema(Schema):
    status = Word(("ok",), metadata={"description": "Always `ok`."})


class StoreSchema(Schema):
    status = Word(("up", "down"), metadata={"description": "Whether it answered."})
    ms = fields.Float(metadata={"description": "How long the store took to answer, in milliseconds."})


class ReadinessSchema(Schema):
    status = Word(
        ("ready", "degraded", "unavailable"),
        metadata={"description": "`degraded`: only Redis is away, nothing is lost."},
    )
    stores = fields.Dict(
        keys=fields.String(), values=fields.Nested(StoreSchema), metadata={"description": "Each store by its name."}
    )
