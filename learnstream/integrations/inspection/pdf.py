"""Inspection of PDF files."""

import io
import logging
from typing import IO

from pypdf import PasswordType, PdfReader

from learnstream.integrations.inspection import Found
from learnstream.integrations.unusable import Unusable

TYPE = "application/pdf"
# Readers look for the mark of the end in the last bytes, and it is missing in files that are cut off.
END, TAIL = b"%%EOF", 1024


def inspect(source: IO[bytes]) -> Found:
    """Return the number of pages.

    Raises:
        Unusable: it is broken, cut off or encrypted, or has no pages.
    """
    _require_end(source)
    # It warns of every deviation from the standard.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(source)
        _require_readable(reader)
        pages = len(reader.pages)
    except (Unusable, MemoryError, RecursionError):
        raise
    # The parser raises errors of many types.
    except Exception:
        raise Unusable("pdf_broken") from None
    if pages == 0:
        raise Unusable("pdf_without_pages")
    return {"type": TYPE, "pages": pages}


def _require_end(source: IO[bytes]) -> None:
    size = source.seek(0, io.SEEK_END)
    source.seek(max(0, size - TAIL))
    if END not in source.read():
        raise Unusable("pdf_truncated")
    source.seek(0)


def _require_readable(reader: PdfReader) -> None:
    """Raise for a file that asks for a password. Many are encrypted with an empty one, which readers try first."""
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise Unusable("pdf_encrypted")
