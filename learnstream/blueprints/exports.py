"""Tables as CSV: streamed, so that their size costs no memory, and safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from flask import Response, stream_with_context

MIMETYPE = "text/csv"
DESCRIPTION = (
    "A table with a line of names first (RFC 4180, UTF-8). A text that a spreadsheet would take for a formula has an "
    "apostrophe in front."
)
# What spreadsheets begin formulas with, in ASCII and full width, and the white space that they skip before it.
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
CHUNK = 16 * 1024  # characters sent at a time

Row = Sequence[Any]


def stream_csv(name: str, columns: Row, rows: Iterable[Row]) -> Response:
    """Answer with a table to be saved as `name`.csv; its rows are asked for as they are sent."""
    first = next(found := iter(rows), None)
    # Whatever goes wrong at once is told as an error; later the answer can only be cut off.
    given = found if first is None else chain([first], found)
    response = Response(stream_with_context(_render(columns, given)), mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _render(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
