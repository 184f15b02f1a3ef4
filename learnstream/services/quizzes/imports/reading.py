"""Reading files of questions, and the check of those that were uploaded."""

from collections.abc import Collection, Iterable, Iterator
from typing import cast

from bson import ObjectId

from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.integrations import spreadsheets
from learnstream.integrations.files import FileStore
from learnstream.integrations.spreadsheets import Cell, Limits, Row, Special, Table
from learnstream.integrations.unusable import Unusable
from learnstream.models.question_import import QuestionFormat
from learnstream.services.media.file_processing import Checked, processes
from learnstream.services.media.file_purposes import CSV, TEXT, XLSX
from learnstream.services.media.file_use import names_files
from learnstream.services.quizzes.imports import gift, tables
from learnstream.services.quizzes.imports.drafts import MAX_SHOWN, Draft, Refused, Remark, remark
from learnstream.text import csv_tables, display
from learnstream.text.gift_reader import MAX_QUESTIONS

LAST_HEADING = 10  # the row until which headings are looked for
LIMITS = Limits(rows=MAX_QUESTIONS + LAST_HEADING, columns=500, text=20_000)
REQUIRED = {"kind", "stem"}


FORMATS = {XLSX: QuestionFormat.XLSX, CSV: QuestionFormat.CSV, TEXT: QuestionFormat.GIFT}
TYPES = {known: content_type for content_type, known in FORMATS.items()}


def read(chunks: Iterable[bytes], source: QuestionFormat) -> Iterator[Draft | Remark]:
    """Yield the questions of a file as drafts, and why others cannot be imported, in order.

    Raises:
        Unusable: the file as a whole cannot be read.
    """
    seen: dict[str, int] = {}
    for found in gift.read(_text(chunks)) if source is QuestionFormat.GIFT else _rows(chunks):
        yield _first(found, seen) if isinstance(found, Draft) else found


def _first(draft: Draft, seen: dict[str, int]) -> Draft | Remark:
    """Return the draft, or that an earlier one has its key."""
    place = seen.setdefault(draft.key, draft.place)
    if place == draft.place:
        return draft
    return Remark(draft.place, "duplicate_key", f"Has the key of the question in {place}.", value=draft.key)


def _text(chunks: Iterable[bytes]) -> str:
    data = b"".join(chunks)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unusable("unknown_encoding", "The text is not UTF-8. Save the file as UTF-8.") from None


def _rows(chunks: Iterable[bytes]) -> Iterator[Draft | Remark]:
    with spreadsheets.read(chunks, LIMITS) as table:
        headings, rows = _headings(table)
        for row in rows:
            cells = _cells(row, headings, is_csv=table.sheet is None)
            if isinstance(cells, Remark):
                yield cells
            elif cells:
                yield _draft(row.number, cells)


def _headings(table: Table) -> tuple[dict[int, str], Iterator[Row]]:
    """Return the columns by their place, and the rows below them.

    Raises:
        Unusable: none of the first rows has the headings that are needed.
    """
    for row in table.rows:
        named = {place: _heading(cell) for place, cell in enumerate(row.cells) if _heading(cell)}
        if set(named.values()) >= REQUIRED:
            return _known(named, row.number), table.rows
        if row.number >= LAST_HEADING:
            break
    raise Unusable("no_heading", f"None of the first {LAST_HEADING} rows has the headings kind and stem.")


def _known(named: dict[int, str], row: int) -> dict[int, str]:
    for name in named.values():
        if not tables.is_column(name):
            raise Unusable(
                "unknown_column", f"Row {row} has a heading that is not known: {display.one_line(name, MAX_SHOWN)}."
            )
        if list(named.values()).count(name) > 1:
            raise Unusable("duplicate_column", f"Row {row} has the heading {name} more than once.")
    return named


def _heading(cell: Cell) -> str:
    return "_".join(cell.strip().lower().split()) if isinstance(cell, str) else ""


def _cells(row: Row, headings: dict[int, str], *, is_csv: bool) -> dict[str, str] | Remark:
    """Return the texts of a row by column, without the empty ones; or what is wrong with a cell."""
    found = {}
    for place, cell in enumerate(row.cells):
        column = headings.get(place)
        if isinstance(cell, Special):
            return Remark(row.number, cell.kind.value, SPECIAL, column, display.one_line(cell.text, MAX_SHOWN))
        text = _shown(cell, is_csv).strip()
        if text and column is None:
            return Remark(
                row.number, "no_heading", "A cell has no heading above it.", value=display.one_line(text, MAX_SHOWN)
            )
        if text and column:
            found[column] = text
    return found


SPECIAL = "The cell is a date, a formula without a value, an error or too long. Format it as text, and type it again."


def _shown(cell: str | float | bool, is_csv: bool) -> str:
    if isinstance(cell, str):
        return csv_tables.restore(cell) if is_csv else cell
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"{cell:.15g}"


def _draft(number: int, cells: dict[str, str]) -> Draft | Remark:
    try:
        return tables.draft(number, cells)
    except Refused as refusal:
        return remark(number, refusal)


@processes(FilePurpose.QUESTIONS)
def check(file: StoredFile, store: FileStore) -> Checked:
    """Read the file once, as far as it can be told to contain questions."""
    source = format_of(file)
    for _ in read(store.open(cast(str, file["object"])), source):
        pass
    return Checked(TYPES[source])


def format_of(file: StoredFile) -> QuestionFormat:
    """Return a file's format by the type that its owner says, else by its name."""
    if file["declared_type"]:
        return FORMATS[file["declared_type"]]
    return next((each for each in QuestionFormat if file["name"].lower().endswith(f".{each}")), QuestionFormat.GIFT)


@names_files(FilePurpose.QUESTIONS)
def named(_: Collection[ObjectId]) -> Collection[ObjectId]:
    """Return none of the files: each is read within minutes, and may be removed a week after that."""
    return ()
