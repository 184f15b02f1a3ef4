"""CSV export: streamed, so that memory use does not grow with the table, and safe to open in a spreadsheet.

Every CSV is written here: ruff bans `csv` in all other modules.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from flask import Response, stream_with_context

MIMETYPE = "text/csv"
DESCRIPTION = (
    "A table with a header row (RFC 4180, UTF-8 with a byte-order mark, every text quoted). Wherever a "
    "spreadsheet could begin a formula, whatever its separator, an apostrophe is inserted."
)
# Without it, Excel reads cp1252.
BYTE_ORDER_MARK = "\ufeff"
# Where a cell may begin: with the text, and inside of it too, as quotes count only at the separator that a spreadsheet is
# set to. Then white space and quotes, which it may skip, and the sign of a formula: in ASCII, full width and the like.
# Possessive, so that a text of only white space is scanned once.
CELL = re.compile(
    r"((?:^|[;,|\t\r\n])[\s\"\x00-\x1f\u200b-\u200f\u2060\ufeff]*+)"
    r"([=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b])?"
)
# Some spreadsheets strip these from the start of a text.
DROPPED = ("\t", "\r", "\n")
CHUNK = 16 * 1024  # characters sent at a time

Row = Sequence[Any]


def stream_csv(name: str, columns: Row, rows: Iterable[Row]) -> Response:
    """Return a response that streams the rows as `name`.csv, generating them as they are sent."""
    first = next(found := iter(rows), None)
    # Failures before the first row become an error response; later ones can only truncate the response.
    given = found if first is None else chain([first], found)
    response = Response(stream_with_context(_render(columns, given)), mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _render(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
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
    return _defuse(value) if isinstance(value, str) else value


def _defuse(text: str) -> str:
    """Return the text with an apostrophe before every character that could begin a formula."""
    inert = CELL.sub(lambda found: f"{found[1]}'{found[2]}" if found[2] else found[1], text)
    return f"'{inert}" if inert.startswith(DROPPED) else inert
