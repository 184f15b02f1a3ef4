"""Schemas of what learners have read of reading lists."""

from marshmallow import fields

from learnstream.schemas.authoring.reading import BOOK_ID, REQUIRED, ReadingEntrySchema
from learnstream.schemas.common.base import Instant, Schema
from learnstream.schemas.enrollment.enrollment import CourseCardSchema
from learnstream.web import cast

READ_AT = {
    "description": "When the learner first marked it as read; null if they have not.",
    "example": cast.WATCHED_AT,
}
BOOK_COUNT = {"description": "The number of books on the reading list of the learner's version.", "example": 1}
BOOKS_READ = {"description": "The number of these that the learner has marked as read.", "example": 1}
REQUIRED_BOOKS = {"description": "The number of required books on that list.", "example": 1}
REQUIRED_BOOKS_READ = {
    "description": "The number of required books that the learner has marked as read.",
    "example": 1,
}


class ReadMarkSchema(Schema):
    """That a book has been read."""

    book_id = fields.String(metadata=BOOK_ID)
    read_at = Instant(metadata=READ_AT)


class ReadingCountsSchema(Schema):
    book_count = fields.Integer(metadata=BOOK_COUNT)
    books_read = fields.Integer(metadata=BOOKS_READ)
    required_books = fields.Integer(metadata=REQUIRED_BOOKS)
    required_books_read = fields.Integer(metadata=REQUIRED_BOOKS_READ)


class ReadBookSchema(Schema):
    """A book of a learner's reading list."""

    book_id = fields.String(metadata=BOOK_ID)
    title = fields.String(
        allow_none=True,
        metadata={"description": "The title; null if the book does not exist any more.", "example": cast.BOOK_TITLE},
    )
    required = fields.Boolean(metadata=REQUIRED)
    read_at = Instant(allow_none=True, metadata=READ_AT)


class ReadingProgressSchema(ReadingCountsSchema):
    """What a learner has read of the reading list. It does not count for the progress in the course."""

    books = fields.List(fields.Nested(ReadBookSchema), metadata={"description": "The books, in the order of the list."})


class MarkedEntrySchema(ReadingEntrySchema):
    """A book of a reading list, with whether the learner has read it."""

    read_at = Instant(allow_none=True, metadata=READ_AT)


class CourseReadingSchema(ReadingCountsSchema):
    """The reading list of a course that is open to the learner."""

    course_id = fields.String(metadata={"description": "The course's id."})
    course = fields.Nested(
        CourseCardSchema,
        allow_none=True,
        metadata={"description": "The course in its current version; null while its store is unavailable."},
    )
    version = fields.Integer(metadata={"description": "The course version of the learner's enrollment.", "example": 2})
    entries = fields.List(fields.Nested(MarkedEntrySchema), metadata={"description": "The books, in order."})
