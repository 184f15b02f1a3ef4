"""The schema of ratings."""

from marshmallow import fields

from learnstream.schemas.common.base import Schema


class RatingSchema(Schema):
    """What the reviews of a course or book amount to."""

    mean = fields.Float(
        allow_none=True,
        metadata={"description": "The mean of all ratings, with two decimals; null if there are none.", "example": 4.5},
    )
    count = fields.Integer(metadata={"description": "The number of ratings.", "example": 2})
    stars = fields.List(
        fields.Integer(),
        metadata={"description": "How many gave one star, two, up to five.", "example": [0, 0, 0, 1, 1]},
    )
