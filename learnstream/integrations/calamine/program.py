"""The program of the child process: reads a spreadsheet from stdin and writes its rows to stdout, as lines of JSON.

The first line has the facts of the file, or `unusable` with one of `learnstream.integrations.spreadsheets.REASONS`. Each
other line is a row that is not empty: its number and cells.
"""

import errno
import json
import sys
from typing import Any

from learnstream.integrations.calamine import archive, delimited, workbook
from learnstream.integrations.calamine.sheet import Sheet
from learnstream.integrations.unusable import Unusable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Microsoft's older container: XLS, and whatever has a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def main(limits: dict[str, int]) -> None:
    try:
        sheet = _open(sys.stdin.buffer.read(), limits)
        _write(sheet.facts)
        for number, cells in sheet.rows:
            if used := _trimmed(cells, limits["text"]):
                _write([number, used])
        sys.stdout.flush()
    except (Unusable, MemoryError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EFBIG:
            raise  # the machine's disk is full, which is not the file's fault
        # The rows written before are taken back: stdout is a file.
        sys.stdout.seek(0)
        sys.stdout.truncate()
        _write({"unusable": error.code if isinstance(error, Unusable) else "too_large"})


def _open(data: bytes, limits: dict[str, int]) -> Sheet:
    if data.startswith(OLE):
        raise Unusable("password_protected" if ENCRYPTED in data else "old_format")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return workbook.read(data, archive.check(data, limits), limits)
    return delimited.read(data, limits)


def _write(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def _trimmed(cells: list[Any], longest: int) -> list[Any]:
    """Return the cells up to the last that is not empty, with the beginning of texts that are too long."""
    while cells and cells[-1] == "":
        cells.pop()
    return [_shortened(cell, longest) if isinstance(cell, str) else cell for cell in cells]


def _shortened(text: str, longest: int) -> Any:
    return text if len(text) <= longest else {"too_long": text[:50]}
