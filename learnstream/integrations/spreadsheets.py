"""Reading of spreadsheets that users send: XLSX and CSV. A process of its own does it, within limits.

Spreadsheets may be made to exhaust their reader: one cell in the last row and column, a file of 5 kB, makes it ask for
549 GB and abort.
"""

import json
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import chain, islice
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any

from learnstream.integrations import isolation
from learnstream.integrations.isolation import Bounds, Crashed
from learnstream.integrations.unusable import Unusable

PROGRAM = "learnstream.integrations.calamine.program"
REASONS = {
    "password_protected": "The file is protected by a password. Save it without one.",
    "old_format": "The file has another format (such as XLS, XLSB or ODS). Save it as XLSX or CSV.",
    "macros": "The file contains macros. Save it as XLSX, without macros.",
    "not_a_spreadsheet": "The file is neither XLSX nor CSV, whatever its name says. Save it as XLSX or CSV.",
    "unsafe_xml": "The file declares XML entities, which no spreadsheet program writes.",
    "unreadable": "The file is broken or incomplete. Open it in a spreadsheet program, and save it again.",
    "no_visible_sheet": "The file has no visible worksheet.",
    "unknown_encoding": "The text encoding cannot be told. Save the file as CSV in UTF-8, or as XLSX.",
    "broken_quotes": "The file has quotes that are not closed, or not doubled inside of a text.",
    "too_large": "The file is too large once unpacked: more than 50 MB, or cells far from the others.",
    "too_many_rows": "The file has content below row {rows:,}. Delete it, or split the file.",
    "too_many_columns": "The file has content to the right of column {columns}. Delete it.",
    "too_complex": "The file takes too long to read.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a file: bytes once unpacked and entries of the archive, rows and columns, characters of a text."""

    unpacked: int = 50_000_000
    entries: int = 500
    rows: int = 20_000
    columns: int = 100
    text: int = 1_000


# 20,000 rows of six columns took 0.6 s of CPU time and less than 60 MiB of address space.
BOUNDS = Bounds(memory=512 * 2**20, output=64 * 2**20, cpu_seconds=20, seconds=60)
# Each may take much memory, so they take turns.
turn = Lock()


class Kind(StrEnum):
    """The kind of a cell that contains neither text nor number nor truth value."""

    DATE = "date"
    ERROR = "error"  # such as #DIV/0!
    UNCALCULATED = "uncalculated"  # a formula that the program which wrote it has not calculated
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Special:
    """A cell of a `Kind`; `text` is what it shows, or the beginning of it."""

    kind: Kind
    text: str


Cell = str | float | bool | Special


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row up to its last that is not empty. `number` is that of spreadsheet programs, from 1."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A spreadsheet's rows that are not empty, in order; they can be iterated once.

    `sheet` is the name of the sheet of an XLSX file; `encoding` and `delimiter` are what a CSV file was found to have.
    """

    rows: Iterator[Row]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@contextmanager
def read(chunks: Iterable[bytes], limits: Limits = Limits(), bounds: Bounds = BOUNDS) -> Iterator[Table]:
    """Read a spreadsheet's first visible sheet whose bytes are these chunks; the table is whole.

    Raises:
        Unusable: it is none, is broken or exceeds the limits.
        Interrupted: the process was killed, or had too little of the machine.
    """
    with TemporaryFile() as target:
        _convert(chunks, target, limits, bounds)
        head = json.loads(target.readline())
        if "unusable" in head:
            raise _unusable(head["unusable"], limits)
        yield Table(rows=map(_row, target), **head)


def preview(table: Table, count: int) -> tuple[list[Row], Table]:
    """Return a table's first rows, and the table with all of them."""
    first = list(islice(table.rows, count))
    rest = Table(chain(first, table.rows), table.sheet, table.encoding, table.delimiter)
    return first, rest


def _convert(chunks: Iterable[bytes], target: IO[bytes], limits: Limits, bounds: Bounds) -> None:
    try:
        with turn:
            isolation.run(PROGRAM, asdict(limits), chunks, target, bounds)
    except Crashed as crash:
        # Memory that cannot be allocated makes Rust abort.
        reasons = {signal.SIGXCPU: "too_complex", signal.SIGABRT: "too_large"}
        raise _unusable(reasons.get(crash.signal, "unreadable"), limits) from None


def _unusable(code: str, limits: Limits) -> Unusable:
    return Unusable(code, REASONS[code].format(**asdict(limits)))


def _row(line: bytes) -> Row:
    number, cells = json.loads(line)
    return Row(number, [_cell(cell) for cell in cells])


def _cell(cell: Any) -> Cell:
    if isinstance(cell, dict):
        [(kind, text)] = cell.items()
        return Special(Kind(kind), text)
    return cell
