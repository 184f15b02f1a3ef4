"""The summary of a book in other lists."""

from marshmallow import fields

from learnstream.documents import BookStatus
from learnstream.schemas.common.base import Schema, Word
from learnstream.web import cast


class BookCardSchema(Schema):
    """A book in another list."""

    title = fields.String(metadata={"description": "The title.", "example": cast.BOOK_TITLE})
    subtitle = fields.String(metadata={"description": "The subtitle.", "example": ""})
    authors = fields.List(
        fields.String(), metadata={"description": "The authors' names.", "example": [cast.BOOK_AUTHOR]}
    )
    cover = fields.String(metadata={"description": "The URL of its cover.", "example": ""})
    isbn = fields.String(allow_none=True, metadata={"description": "The ISBN, 13 digits.", "example": None})
    status = Word(
        BookStatus, metadata={"description": "An archived book cannot be added to lists.", "example": "active"}
    )
