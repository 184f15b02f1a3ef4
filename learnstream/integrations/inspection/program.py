"""The program of the child process: reads a file from stdin, and writes what it is to stdout, as JSON."""

import json
import sys
from collections.abc import Callable
from typing import IO, Any

import filetype

from learnstream.integrations.inspection import Found, archive, pdf, picture, text
from learnstream.integrations.unusable import Unusable

HEAD = 8192  # bytes
# Of a file's first entry, of the end of an empty archive, and of one that was split. Texts begin with "PK", too.
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What encrypted files of Office have in their container.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = {"image/jpeg", "image/png", "image/apng", "image/webp"}


def main(_: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(_inspect(sys.stdin.buffer)))


def _inspect(source: IO[bytes]) -> Found:
    try:
        return _inspector(source)(source)
    except Unusable as reason:
        return {"unusable": reason.code}
    except (MemoryError, RecursionError):
        return {"unusable": "too_complex"}


def _inspector(source: IO[bytes]) -> Callable[[IO[bytes]], Found]:
    head = source.read(HEAD)
    source.seek(0)
    if head.startswith(OLE):
        return _ole
    # The library takes several kinds of archives for others, and for office files.
    if head.startswith(ZIP):
        return archive.inspect
    # Some programs write line breaks before the beginning of a PDF, and readers skip them; of no other format.
    if filetype.guess_mime(head.lstrip()) == pdf.TYPE:
        return pdf.inspect
    found = filetype.guess_mime(head)
    if found in PICTURES:
        return picture.inspect
    return text.inspect if found is None else lambda _: {"type": found}


def _ole(source: IO[bytes]) -> Found:
    raise Unusable("office_encrypted" if ENCRYPTED in source.read() else "office_too_old")
