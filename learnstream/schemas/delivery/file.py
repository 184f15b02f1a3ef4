"""Schemas of the contents of files."""

from marshmallow import fields, validate

from learnstream.schemas.common.base import Schema
from learnstream.web import cast


class ContentQuerySchema(Schema):
    inline = fields.Boolean(
        load_default=False,
        metadata={"description": "Let the browser show the file, if it is a PDF or a picture, rather than save it."},
    )
    token = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=300),
        metadata={
            "description": "The token of a link, instead of one in the header.",
            "example": cast.FILE_LINK_TOKEN,
        },
    )
