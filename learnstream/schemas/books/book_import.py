"""Request and response schemas of imports of books."""

from marshmallow import fields

from learnstream.models.book_import import UndoState
from learnstream.schemas.common.base import Instant, ObjectIdText, Schema, Word
from learnstream.schemas.common.imports import (
    count_field,
    done_field,
    dry_run_field,
    dry_run_flag,
    refusal_field,
    state_field,
    text_field,
    total_field,
)
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of


class NewBookImportSchema(Schema):
    file_id = ObjectIdText(
        required=True,
        metadata={
            "description": "The id of the caller's file with the purpose `books`.",
            "example": cast.BOOKS_FILE_ID,
        },
    )
    dry_run = dry_run_flag()


class BookImportCountsSchema(Schema):
    created = count_field("Books that were added.", 1)
    updated = count_field("Books that were changed.", 1)
    unchanged = count_field("Books that were as the file has them.", 0)
    failed = count_field("Rows that were not imported.", 1)


class BookImportErrorSchema(Schema):
    place = fields.Integer(metadata={"description": "The row, from 1.", "example": 4})
    column = text_field("The column; null for the whole row.", "isbn", allow_none=True)
    value = text_field("What stands there.", "9.78031E+12")
    code = text_field("A stable word.", "number_not_text")
    message = text_field(
        "A sentence for people.",
        "A spreadsheet program has made a number of the ISBN, in which digits are lost. Format the column as text, and type "
        "it again.",
    )


class BookImportRefusalSchema(Schema):
    code = text_field("A stable word.", "no_heading")
    message = text_field("A sentence for people.", "None of the first 10 rows has the headings that are needed.")


class UndoneCountsSchema(Schema):
    deleted = count_field("Books that the import had added, and that were deleted.", 1)
    archived = count_field("Such books that are archived, because reading lists name them.", 0)
    restored = count_field("Books that have again what they had before the import.", 1)
    changed_since = count_field("Books that were left, because they have been changed since.", 0)
    isbn_taken = count_field("Books that were left, because another book has their former ISBN.", 0)
    gone = count_field("Books that had been deleted since.", 0)


class LeftBookSchema(Schema):
    book_id = fields.String(metadata={"description": "The book's id.", "example": cast.BOOK_ID})
    title = fields.String(metadata={"description": "Its title.", "example": cast.BOOK_TITLE})
    reason = text_field("`changed_since` or `isbn_taken`.", "changed_since")


class BookImportSummarySchema(Schema):
    id = fields.Integer(metadata={"description": "The import's id.", "example": cast.BOOK_IMPORT_ID})
    file_id = fields.String(metadata={"description": "The id of the file.", "example": cast.BOOKS_FILE_ID})
    dry_run = dry_run_field(example=False)
    state = state_field()
    total = total_field("rows", 3)
    done = done_field(3)
    counts = fields.Nested(BookImportCountsSchema, metadata={"description": "What became of these rows."})
    refusal = refusal_field(BookImportRefusalSchema)
    undo_state = Word(
        UndoState,
        allow_none=True,
        metadata={"description": "How far undoing the import is; null if nobody asked for it.", "example": None},
    )
    undone = fields.Nested(
        UndoneCountsSchema,
        metadata={
            "description": "What undoing it did with its books.",
            "example": dict.fromkeys(("deleted", "archived", "restored", "changed_since", "isbn_taken", "gone"), 0),
        },
    )
    created_by = fields.Integer(metadata={"description": "Who requested it.", "example": cast.INSTRUCTOR["id"]})
    created_at = Instant(metadata={"description": "When the import was requested."})
    finished_at = Instant(allow_none=True, metadata={"description": "When it ended; null until then."})
    undone_at = Instant(
        allow_none=True, metadata={"description": "When it was undone; null until then.", "example": None}
    )


class BookImportSchema(BookImportSummarySchema):
    errors = fields.List(
        fields.Nested(BookImportErrorSchema),
        metadata={
            "description": "Why rows were not imported, up to 1,000. All others are imported.",
            "example": [example_of(BookImportErrorSchema())],
        },
    )
    left = fields.List(
        fields.Nested(LeftBookSchema),
        metadata={"description": "Books that undoing left as they are, up to 1,000.", "example": []},
    )
