"""Reading tables of books: each row is about a book, by its id, its ISBN, or else its title and authors."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

from bson import ObjectId

from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.integrations import spreadsheets
from learnstream.integrations.files import FileStore
from learnstream.integrations.spreadsheets import Limits
from learnstream.services.books.imports import columns
from learnstream.services.books.imports.columns import COLUMNS, ID
from learnstream.services.media.file_processing import Checked, processes
from learnstream.services.media.file_purposes import CSV, XLSX
from learnstream.services.media.file_use import names_files
from learnstream.services.media.imports import cells
from learnstream.services.media.imports.cells import Cells
from learnstream.services.media.imports.remarks import Refused, Remark, remark
from learnstream.text import folding, isbn

LIMITS = Limits(rows=20_000, columns=50, text=20_000)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number, its cells by column, and the fields that they state."""

    place: int
    cells: Cells
    fields: dict[str, Any]

    @property
    def keys(self) -> list[str]:
        """What identifies the book."""
        given = [self.cells.get(ID, "").lower(), _digits(self.fields.get("isbn"))]
        return [key for key in given if key] or [
            same_work(self.fields.get("title", ""), self.fields.get("authors", []))
        ]


def same_work(title: str, authors: Collection[str]) -> str:
    """Return what books without an ISBN are compared by: the folded title and authors."""
    return "\n".join(folding.fold(each) for each in (title, *authors))


def read(chunks: Iterable[bytes]) -> list[Row | Remark]:
    """Return the rows of a table of books, in order, and why others cannot be imported.

    Raises:
        Unusable: the file as a whole cannot be read.
    """
    seen: dict[str, int] = {}
    rows = cells.read(chunks, LIMITS, COLUMNS)
    return [row if isinstance(row, Remark) else _first(*row, seen) for row in rows]


def _first(place: int, given: Cells, seen: dict[str, int]) -> Row | Remark:
    """Return a row, or what is wrong with it, or that an earlier one is about the same book."""
    try:
        row = Row(place, given, columns.read(given))
    except Refused as refusal:
        return remark(place, refusal)
    places = [seen.setdefault(key, place) for key in row.keys]
    if min(places) == place:
        return row
    return Remark(place, "duplicate_row", f"Row {min(places)} is about the same book.", value=row.keys[0])


def _digits(text: str | None) -> str:
    try:
        return isbn.normalize(text) if text else ""
    except ValueError:
        return ""  # the row is refused when it is imported


@processes(FilePurpose.BOOKS)
def check(file: StoredFile, store: FileStore) -> Checked:
    """Read the spreadsheet once, and find its headings."""
    with spreadsheets.read(store.open(cast(str, file["object"])), LIMITS) as table:
        cells.headings(table, COLUMNS)
        return Checked(XLSX if table.sheet else CSV)


@names_files(FilePurpose.BOOKS)
def named(_: Collection[ObjectId]) -> Collection[ObjectId]:
    """Return none of the files: each is read within minutes, and may be removed a week after that."""
    return ()
