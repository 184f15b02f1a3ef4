"""CSV tables: written piece by piece, and safe to open in a spreadsheet program.

Every CSV is written here: ruff bans `csv` in all other modules.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

# Without it, Excel reads cp1252.
BYTE_ORDER_MARK = "\ufeff"
# Where a cell may begin: with the text, and inside of it too, as quotes count only at the separator that a spreadsheet is
# set to. Then white space and quotes, which it may skip, and the sign of a formula: in ASCII, full width and the like.
# Possessive, so that a text of only white space is scanned once.
START = r"((?:^|[;,|\t\r\n])[\s\"\x00-\x1f\u200b-\u200f\u2060\ufeff]*+)"
SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]"
SIGN = f"('*+{SIGNS})"
ANY_SIGN = re.compile(SIGNS)
CELL = re.compile(f"{START}{SIGN}?")
DEFUSED_CELL = re.compile(f"{START}'{SIGN}")
# Some spreadsheets strip these from the start of a text.
DROPPED = ("\t", "\r", "\n")
CHUNK = 16 * 1024  # characters rendered at a time

Row = Sequence[Any]


def render(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table with a header row, in pieces."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([_cell(name) for name in columns])
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
    return defuse(value) if isinstance(value, str) else value


def defuse(text: str) -> str:
    """Return the text with an apostrophe before every character that could begin a formula."""
    # Most texts contain no sign: a table of 5,000 rows is rendered in 25 instead of 35 ms.
    inert = CELL.sub(_inert, text) if ANY_SIGN.search(text) else text
    return f"'{inert}" if inert.startswith(DROPPED) else inert


def _inert(found: re.Match[str]) -> str:
    return f"{found[1]}'{found[2]}" if found[2] else found[1]


def restore(text: str) -> str:
    """Return the text that was defused, also after a spreadsheet program has saved it; any other text as it is."""
    bare = text[1:] if text.startswith("'") and text[1:].startswith(DROPPED) else text
    return DEFUSED_CELL.sub(r"\1\2", bare)
