"""Schemas of lessons' documents. Responses are built as bytes; a test checks that they match these schemas."""

from marshmallow import fields

from learnstream.schemas.authoring.lesson import DraftQuerySchema
from learnstream.schemas.common.base import Instant, ObjectIdText, Schema
from learnstream.web import cast


class AttachSchema(Schema):
    file_id = ObjectIdText(
        required=True,
        metadata={"description": "The id of a `ready` file with the purpose `document`.", "example": cast.DOCUMENT_ID},
    )


class DocumentQuerySchema(DraftQuerySchema):
    inline = fields.Boolean(
        load_default=True,
        metadata={
            "description": "Whether browsers show the document at `url`, as they can with a PDF, or save it as a file."
        },
    )


class DocumentSchema(Schema):
    """A link to a lesson's document, with the document's description."""

    url = fields.URL(
        metadata={
            "format": "uri",
            "description": "The document's bytes, until `expires_at`. It supports `Range` requests. Needs no token.",
        }
    )
    expires_at = Instant(metadata={"description": "When `url` expires: 5 minutes after it was requested."})
    renew_after = Instant(
        metadata={"description": "If more of the document is needed after this time, request another `url`."}
    )
    name = fields.String(metadata={"description": "The file's name.", "example": cast.DOCUMENT_NAME})
    type = fields.String(metadata={"description": "The file's type.", "example": "application/pdf"})
    size = fields.Integer(metadata={"description": "The size in bytes.", "example": cast.DOCUMENT_SIZE})
    pages = fields.Integer(
        allow_none=True, metadata={"description": "The number of pages, if known.", "example": cast.DOCUMENT_PAGES}
    )
