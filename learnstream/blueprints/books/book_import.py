"""Imports of books, their undoing, and exports, for instructors and administrators."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.books import examples
from learnstream.blueprints.common import csv_export, xlsx_export
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.xlsx_export import stream_xlsx
from learnstream.errors.authoring import InstructorsOnly
from learnstream.errors.books import ImportNotUndoable, NoSuchBookImport
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, WrongPurpose
from learnstream.models.book_import import BookImport
from learnstream.policies.access import require_can_author
from learnstream.schemas.books.book import BookFilterSchema
from learnstream.schemas.books.book_import import BookImportSchema, BookImportSummarySchema, NewBookImportSchema
from learnstream.services.books.imports import exports, jobs
from learnstream.services.books.imports.columns import EXPORTED
from learnstream.web import cast
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "book_import",
    __name__,
    position=47,
    title="Books: import and export",
    description="Books from spreadsheets, and back; and imports undone.",
)


@blp.post("/book-imports")
@blp.arguments(NewBookImportSchema, example={"file_id": cast.BOOKS_FILE_ID, "dry_run": True})
@confirms_caller
@commits(idempotency_key=True)
@blp.response(202, BookImportSchema)
@blp.raises(InstructorsOnly, NoSuchFile, WrongPurpose("books"), FileNotReady, FileRefused)
def create_book_import(body: dict[str, Any]) -> BookImport:
    """Import books from a table (CSV, XLSX).

    The file must be the caller's, have the purpose `books`, and be ready. A row is about the book with its `id`, else with
    its ISBN (`ISBN13`, `ISBN 13`, `ISBN-10` …), else with its title and authors. One that the caller may change is changed
    where the row differs; empty cells change nothing, and importing a file again changes nothing. Each row stands alone:
    those that cannot be taken are listed, and the rest goes in.
    """
    require_can_author(caller)
    return jobs.create(**body, by=caller.id)


@blp.get("/book-imports")
@blp.response(200, BookImportSummarySchema(many=True))
@blp.raises(InstructorsOnly)
@blp.paginate(CursorSchema)
def list_book_imports(page: Page) -> Sequence[BookImport]:
    """List the caller's imports of books, newest first; for administrators, everybody's.

    Without what is to be said about single rows.
    """
    require_can_author(caller)
    return entries(page, jobs.browse(of_user=_whose(), part=requested_part(page)))


@blp.get("/book-imports/<row_id:book_import_id>")
@blp.response(200, BookImportSchema)
@blp.raises(InstructorsOnly, NoSuchBookImport)
def read_book_import(book_import_id: int) -> BookImport:
    """Get an import's progress, what became of the rows, and of undoing it.

    Read it about once a second until its state is `done` or `failed`, or `undo_state` is `done`.
    """
    require_can_author(caller)
    return jobs.find(book_import_id, of_user=_whose())


@blp.post("/book-imports/<row_id:book_import_id>/undo")
@confirms_caller
@commits()
@blp.response(202, BookImportSchema, example=examples.UNDOING)
@blp.raises(InstructorsOnly, NoSuchBookImport, ImportNotUndoable)
def undo_book_import(book_import_id: int) -> BookImport:
    """Undo an import: delete the books that it added, and restore those that it changed.

    A book that was changed since is left as it is, and named in `left`; one that reading lists of published versions name is
    archived instead of deleted. Asking for it again changes nothing.
    """
    require_can_author(caller)
    return jobs.undo(book_import_id, by=caller.id, of_user=_whose())


def _whose() -> int | None:
    return None if caller.is_admin else caller.id


@blp.get("/books.csv")
@blp.arguments(BookFilterSchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(InstructorsOnly)
def export_books_as_csv(query: dict[str, Any]) -> Response:
    """Export books as CSV, in the shape in which they are imported.

    Filters are those of the list. Importing the file changes nothing.
    """
    require_can_author(caller)
    return stream_csv("books", EXPORTED, exports.rows(query))


@blp.get("/books.xlsx")
@blp.arguments(BookFilterSchema, location="query")
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
@blp.raises(InstructorsOnly)
def export_books_as_xlsx(query: dict[str, Any]) -> Response:
    """Export books as XLSX, in the shape in which they are imported.

    Filters are those of the list. Importing the file changes nothing.
    """
    require_can_author(caller)
    return stream_xlsx("books", EXPORTED, exports.rows(query))


@blp.get("/books/import-template.csv")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
def export_book_template_as_csv() -> Response:
    """Get a table for books as CSV.

    It has one example, and can be imported as it is.
    """
    return stream_csv("books", exports.TEMPLATE, exports.template())


@blp.get("/books/import-template.xlsx")
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
def export_book_template_as_xlsx() -> Response:
    """Get a table for books as XLSX.

    It has one example, and can be imported as it is.
    """
    return stream_xlsx("books", exports.TEMPLATE, exports.template())
