"""What the system endpoints answer."""

from marshmallow import fields

from learnstream.schemas.base import Schema


class HealthSchema(Schema):
    status = fields.String(metadata={"description": "Always `ok`."})


class StoreSchema(Schema):
    status = fields.String(metadata={"description": "`up` or `down`."})
    ms = fields.Float(metadata={"description": "How long the store took to answer, in milliseconds."})


class ReadinessSchema(Schema):
    status = fields.String(metadata={"description": "`ready`, `degraded` or `unavailable`."})
    stores = fields.Dict(
        keys=fields.String(), values=fields.Nested(StoreSchema), metadata={"description": "Each store by its name."}
    )
