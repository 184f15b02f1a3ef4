"""Schemas of reading lists."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.schemas.books.card import BookCardSchema
from learnstream.schemas.common.base import Flag, Line, ObjectIdText, Schema, Text
from learnstream.web import cast

MAX_BOOKS = 100
BOOK_ID = {"description": "The book's id.", "example": cast.BOOK_ID}
REQUIRED = {"description": "Whether learners are to read it; false: it is recommended.", "example": True}
CHAPTERS = {"description": "The chapters or pages to read; empty for the whole book.", "example": "Chapter 3"}
NOTE = {"description": "What authors say about it; plain text.", "example": "For the first clear night."}
LESSON_ID = {
    "description": "The lesson that it belongs to; null for the whole course.",
    "example": cast.LESSON_ID,
}


class LessonReadingSchema(Schema):
    """A book that belongs to a lesson."""

    book_id = fields.String(metadata=BOOK_ID)
    book = fields.Nested(
        BookCardSchema, allow_none=True, metadata={"description": "The book; null if it does not exist any more."}
    )
    required = fields.Boolean(metadata=REQUIRED)
    chapters = fields.String(metadata=CHAPTERS)


class ReadingEntrySchema(LessonReadingSchema):
    """A book of a reading list."""

    note = fields.String(metadata=NOTE)
    lesson_id = fields.String(allow_none=True, metadata=LESSON_ID)


class ReadingListSchema(Schema):
    version = fields.Integer(
        metadata={"description": "The course version that is shown; 0 for the draft.", "example": 2}
    )
    entries = fields.List(fields.Nested(ReadingEntrySchema), metadata={"description": "The books, in order."})


class GivenReadingSchema(Schema):
    """A book to list."""

    book_id = ObjectIdText(required=True, metadata=BOOK_ID)
    required = Flag(required=True, metadata=REQUIRED)
    chapters = Line(max=200, min=0, load_default="", metadata=CHAPTERS)
    note = Text(max=1000, strip=True, load_default="", metadata=NOTE)
    lesson_id = ObjectIdText(allow_none=True, load_default=None, metadata=LESSON_ID)


class GivenReadingListSchema(Schema):
    entries = fields.List(
        fields.Nested(GivenReadingSchema),
        required=True,
        validate=validate.Length(max=MAX_BOOKS),
        metadata={"description": "All books, in order; each at most once."},
    )

    @ma.validates_schema
    def require_distinct_books(self, data: dict[str, Any], **_: Any) -> None:
        book_ids = [each["book_id"] for each in data["entries"]]
        errors = {
            place: {"book_id": ["Listed more than once."]}
            for place, book_id in enumerate(book_ids)
            if book_id in book_ids[:place]
        }
        if errors:
            raise ma.ValidationError({"entries": errors})
