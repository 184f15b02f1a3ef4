"""Schemas of books: as they are described, and as everybody sees them."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.book import BookStatus
from learnstream.schemas.common.base import (
    Instant,
    Line,
    RowId,
    Schema,
    SomethingToChange,
    Text,
    Word,
)
from learnstream.schemas.common.fields import MAX_TAGS, Cover, Language, Tag, Tags
from learnstream.schemas.common.rating import RatingSchema
from learnstream.text import isbn, partial_dates
from learnstream.web import cast
from learnstream.web.parsing import Integer

MAX_TITLE, MAX_NAME, MAX_AUTHORS, MAX_PAGES, MAX_DESCRIPTION = 300, 200, 50, 100_000, 20_000
SORTS = ("newest", "title", "rating", "relevance")


class Isbn(Text):
    """An ISBN of 10 or 13 digits, with or without hyphens; loaded as the 13 digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=40, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            return isbn.normalize(super()._deserialize(value, *args, **kwargs))
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None


class PartialDate(Text):
    """A year, a month or a day, as `1897`, `1897-05` or `1897-05-26`; empty if unknown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=10, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        if text and not partial_dates.is_valid(text):
            raise ma.ValidationError("Must be a year, month or day, such as 1897, 1897-05 or 1897-05-26.")
        return text


TITLE = {"description": "The book's title.", "example": cast.BOOK_TITLE}
ISBN = {
    "description": "The book's ISBN as 13 digits, null without one. Requests may give 10 or 13 digits, with or without "
    "hyphens. No two books have the same.",
    "example": cast.BOOK_ISBN,
}


class BookLabelsSchema(Schema):
    """What is said about a book, in lists: see `documents.book.BookLabels`."""

    subtitle = Line(
        min=0, max=MAX_TITLE, metadata={"description": "The subtitle; empty without one.", "example": "A treatise"}
    )
    authors = fields.List(
        Line(max=MAX_NAME),
        validate=validate.Length(max=MAX_AUTHORS),
        metadata={"description": "The authors' names, in the order of the title page.", "example": [cast.BOOK_AUTHOR]},
    )
    publisher = Line(
        min=0, max=MAX_NAME, metadata={"description": "The publisher; empty if unknown.", "example": "Dover"}
    )
    published_date = PartialDate(
        metadata={
            "description": "When this edition was published: a year, month or day; empty if unknown.",
            "example": "1835-06",
        }
    )
    page_count = Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(min=1, max=MAX_PAGES),
        metadata={"description": "The number of pages; null if unknown.", "example": 214},
    )
    language = Language(metadata={"description": "The book's language (BCP 47); empty if unknown.", "example": "en"})
    isbn = Isbn(allow_none=True, metadata=ISBN)
    cover = Cover()
    subject_id = RowId(
        allow_none=True,
        metadata={
            "description": "The id of the book's subject; null if it stands in none.",
            "example": cast.SUBJECT_ID,
        },
    )
    tags = Tags(
        metadata={
            "description": "Tags for searching: lower-cased, without duplicates, at most 20 of up to 40 characters.",
            "example": ["stars"],
        }
    )


class AuthoredBookSchema(BookLabelsSchema):
    """All that is said about a book: see `documents.book.AuthoredBook`."""

    description = Text(
        max=MAX_DESCRIPTION,
        metadata={
            "description": "A description in Markdown, which the server does not render.",
            "example": "How to observe the sky with *little* equipment.",
        },
    )


class BookCreateSchema(AuthoredBookSchema):
    title = Line(max=MAX_TITLE, required=True, metadata=TITLE)


class BookPatchSchema(AuthoredBookSchema, SomethingToChange):
    title = Line(max=MAX_TITLE, metadata=TITLE)
    status = fields.String(
        validate=validate.OneOf((BookStatus.ACTIVE.value, BookStatus.ARCHIVED.value)),
        metadata={
            "description": "`archived` takes the book out of lists and keeps it where reading lists name it; `active` "
            "brings it back."
        },
    )


class BookEntrySchema(BookLabelsSchema):
    """A book in a list."""

    id = fields.String(metadata={"description": "The book's id.", "example": cast.BOOK_ID})
    title = fields.String(metadata=TITLE)
    status = Word(
        BookStatus,
        metadata={"description": "`archived` ones stand in no list; `deleted` ones are gone.", "example": "active"},
    )
    rating = fields.Nested(RatingSchema, metadata={"description": "What its reviews amount to."})
    created_by = fields.Integer(
        metadata={"description": "The id of the user who added it.", "example": cast.INSTRUCTOR["id"]}
    )
    created_at = Instant(metadata={"description": "When it was added."})
    updated_at = Instant(metadata={"description": "When it last changed.", "example": cast.EDITED_AT})


class BookSchema(BookEntrySchema, AuthoredBookSchema):
    """A book. The `ETag` identifies this state."""


class BookFilterSchema(Schema):
    """Search and filters of the list of books."""

    timeless = True

    q = Text(
        max=200,
        strip=True,
        metadata={
            "description": "Beginnings of words, all of which must be in the title, the authors, the publisher or the "
            "tags, or an ISBN; case and accents are ignored, and a leading minus excludes a word.",
            "example": "celestial mech",
        },
    )
    author = Line(max=MAX_NAME, metadata={"description": "Only books whose authors' names have words beginning so."})
    language = Language(metadata={"description": "Only books in this language; `en` also matches `en-GB`."})
    subject_id = RowId(strict=False, metadata={"description": "Only books in this subject."})
    tag = fields.List(
        Tag(), validate=validate.Length(max=MAX_TAGS), metadata={"description": "Only books with all of these tags."}
    )
    isbn = Isbn(metadata={"description": "Only the book with this ISBN, of 10 or 13 digits."})


class BookQuerySchema(BookFilterSchema):
    """Search, filters and sort order of the list of books."""

    sort = fields.String(
        validate=validate.OneOf(SORTS),
        metadata={
            "description": "`newest` (by when they were added), `title`, `rating`, or `relevance`, which requires `q` "
            "and is then the default."
        },
    )

    @ma.validates_schema
    def relevance_needs_words(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("sort") == "relevance" and not data.get("q"):
            raise ma.ValidationError({"sort": ["Sorting by relevance requires `q`."]})
