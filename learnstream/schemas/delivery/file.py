"""Schemas of the contents of files."""

from marshmallow import fields

from learnstream.schemas.common.base import Schema, Text
from learnstream.web import cast


class ContentQuerySchema(Schema):
    inline = fields.Boolean(
        load_default=False,
        metadata={"description": "Let the browser show the file, if it is a PDF or a picture, rather than save it."},
    )
    token = Text(
        min=1,
        max=300,
        load_default=None,
        metadata={
            "description": "The token of a link, instead of one in the header.",
            "example": cast.FILE_LINK_TOKEN,
        },
    )
