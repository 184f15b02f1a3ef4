"""Schemas of searching: the query, and what was found."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.search_entry import FoundKind
from learnstream.schemas.common.base import Line, RowId, Schema, Word
from learnstream.schemas.common.fields import Language
from learnstream.text.search_terms import MAX_WORDS
from learnstream.web import cast
from learnstream.web.paging import DEFAULT_SIZE, CursorSchema
from learnstream.web.parsing import Integer

MOST = 50
COURSE = {
    "id": cast.COURSE_ID,
    "title": cast.COURSE_TITLE,
    "slug": cast.COURSE_SLUG,
    "cover": "",
    "status": "published",
}
SNIPPET = [
    {"text": "Why the ", "match": False},
    {"text": "moon", "match": True},
    {"text": " has phases", "match": False},
]
KIND = {"description": "What it is.", "example": "lesson"}
ID = {"description": "Its id.", "example": cast.LESSON_ID}
TITLE = {"description": "Its title.", "example": cast.LESSON_TITLE}


class Searched(Line):
    """What is searched for: at most twelve words."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        if len(text.split()) > MAX_WORDS:
            raise ma.ValidationError(f"Must be at most {MAX_WORDS} words.")
        return text


class SearchSchema(Schema):
    """What to search for."""

    timeless = True

    q = Searched(
        max=200,
        required=True,
        metadata={
            "description": "Words, all of which must begin a word of what is found; case and accents are ignored, and a "
            "leading minus excludes a word. At most 12 words.",
            "example": "moon",
        },
    )
    kind = fields.String(
        validate=validate.OneOf([each.value for each in FoundKind]), metadata={"description": "Only this kind."}
    )
    language = Language(metadata={"description": "Only what is in this language; `en` also matches `en-GB`."})
    subject_id = RowId(strict=False, metadata={"description": "Only what is in this subject."})


class SearchPageSchema(CursorSchema):
    """The parameters of the list of hits."""

    class Meta:
        unknown = ma.EXCLUDE

    limit = Integer(load_default=DEFAULT_SIZE, validate=validate.Range(min=1, max=MOST))


class SuggestSchema(Schema):
    """What to complete."""

    timeless = True

    q = Searched(max=100, required=True, metadata={"description": "The words typed so far.", "example": "moo"})


class PieceSchema(Schema):
    text = fields.String(metadata={"description": "A piece of the text, without markup.", "example": "moon"})
    match = fields.Boolean(metadata={"description": "True if words of the query match it.", "example": True})


class FoundCourseSchema(Schema):
    id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    title = fields.String(metadata={"description": "The course's title.", "example": cast.COURSE_TITLE})
    slug = fields.String(metadata={"description": "A readable, unique name.", "example": cast.COURSE_SLUG})
    cover = fields.String(metadata={"description": "The URL or path of its picture, or empty.", "example": cast.COVER})
    status = Word(
        ("published", "archived"),
        metadata={"description": "`archived`: found only by those who may still read it.", "example": "published"},
    )


class FoundBookSchema(Schema):
    authors = fields.List(fields.String(), metadata={"description": "Its authors.", "example": ["Camille Flammarion"]})
    cover = fields.String(metadata={"description": "The URL or path of its cover, or empty.", "example": ""})
    isbn = fields.String(allow_none=True, metadata={"description": "Its ISBN, 13 digits.", "example": None})


class SuggestionSchema(Schema):
    """A title that begins like the query."""

    kind = Word(FoundKind, metadata=KIND)
    id = fields.String(metadata=ID)
    title = fields.String(metadata=TITLE)


class HitSchema(SuggestionSchema):
    """A course, a lesson or a book that was found."""

    snippet = fields.List(
        fields.Nested(PieceSchema),
        metadata={"description": "The piece of its texts that matched, in parts.", "example": SNIPPET},
    )
    path = fields.String(metadata={"description": "Where it is read.", "example": f"/lessons/{cast.LESSON_ID}"})
    course = fields.Nested(
        FoundCourseSchema,
        allow_none=True,
        metadata={"description": "The course, or the lesson's; null for a book.", "example": COURSE},
    )
    book = fields.Nested(
        FoundBookSchema, allow_none=True, metadata={"description": "Null unless it is a book.", "example": None}
    )
