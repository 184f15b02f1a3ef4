"""Rows of tables that are imported, as texts by the headings of their columns."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from learnstream.integrations import spreadsheets
from learnstream.integrations.spreadsheets import Cell, Kind, Limits, Row, Special, Table
from learnstream.integrations.unusable import Unusable
from learnstream.services.media.imports.remarks import MAX_SHOWN, Remark
from learnstream.text import csv_tables, display

LAST_HEADING = 10  # the row until which headings are looked for
SPECIAL = "The cell is a date, a formula without a value, an error or too long. Format it as text, and type it again."

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a kind of tables: `is_known` by their names, and whether some headings are enough (`needed` says it).

    `canonical` returns the name of the column that a heading means. Cells of the columns in `dates` may be dates.
    """

    is_known: Callable[[str], bool]
    suffice: Callable[[set[str]], bool]
    needed: str
    canonical: Callable[[str], str] = str
    dates: Collection[str] = ()


def read(chunks: Iterable[bytes], limits: Limits, columns: Columns) -> Iterator[tuple[int, Cells] | Remark]:
    """Yield the rows below the headings: their number and their cells that are not empty; or what is wrong with a cell.

    Raises:
        Unusable: the file as a whole cannot be read.
    """
    with spreadsheets.read(chunks, limits) as table:
        named, rows = headings(table, columns)
        for row in rows:
            cells = _cells(row, named, columns.dates, is_csv=table.sheet is None)
            if isinstance(cells, Remark):
                yield cells
            elif cells:
                yield row.number, cells


def headings(table: Table, columns: Columns) -> tuple[dict[int, str], Iterator[Row]]:
    """Return the columns by their place, and the rows below them.

    Raises:
        Unusable: none of the first rows has the headings that are needed.
    """
    for row in table.rows:
        named = {place: columns.canonical(_heading(cell)) for place, cell in enumerate(row.cells) if _heading(cell)}
        if columns.suffice(set(named.values())):
            return _known(named, row.number, columns), table.rows
        if row.number >= LAST_HEADING:
            break
    raise Unusable("no_heading", f"None of the first {LAST_HEADING} rows has the headings {columns.needed}.")


def _known(named: dict[int, str], row: int, columns: Columns) -> dict[int, str]:
    for name in named.values():
        if not columns.is_known(name):
            raise Unusable(
                "unknown_column", f"Row {row} has a heading that is not known: {display.one_line(name, MAX_SHOWN)}."
            )
        if list(named.values()).count(name) > 1:
            raise Unusable("duplicate_column", f"Row {row} has the heading {name} more than once.")
    return named


def _heading(cell: Cell) -> str:
    return "_".join(cell.strip().lower().split()) if isinstance(cell, str) else ""


def _cells(row: Row, headings: dict[int, str], dates: Collection[str], *, is_csv: bool) -> Cells | Remark:
    """Return the texts of a row by column, without the empty ones; or what is wrong with a cell."""
    found = {}
    for place, cell in enumerate(row.cells):
        column = headings.get(place)
        if isinstance(cell, Special) and (cell.kind is not Kind.DATE or column not in dates):
            return Remark(row.number, cell.kind.value, SPECIAL, column, display.one_line(cell.text, MAX_SHOWN))
        text = cell.text if isinstance(cell, Special) else _shown(cell, is_csv).strip()
        if text and column is None:
            return Remark(
                row.number, "no_heading", "A cell has no heading above it.", value=display.one_line(text, MAX_SHOWN)
            )
        if text and column:
            found[column] = text
    return found


def _shown(cell: str | float | bool, is_csv: bool) -> str:
    if isinstance(cell, str):
        return csv_tables.restore(cell) if is_csv else cell
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"{cell:.15g}"
