"""Inspection of text, in UTF-8, UTF-16 or an encoding of one byte a character."""

import codecs
import re
from collections.abc import Iterator
from typing import IO

from learnstream.integrations.inspection import Found

PLAIN, BINARY = "text/plain", "application/octet-stream"
PIECE = 2**20  # bytes
# All control characters but tab, line breaks, form feed and escape.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# How browsers tell HTML (mimesniff.spec.whatwg.org, 7.1), and XML.
TAGS = "!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p"
HTML = re.compile(rf"\s*<(?:(?:{TAGS})[\s>]|!--)", re.IGNORECASE)
SVG = re.compile(r"\s*(?:<\?xml[^>]*\?>|<!--.*?-->|<!doctype svg[^>]*>|\s)*<svg[\s>/]", re.IGNORECASE | re.DOTALL)
XML = re.compile(r"\s*<\?xml", re.IGNORECASE)
MARKUP = ((SVG, "image/svg+xml"), (HTML, "text/html"), (XML, "application/xml"))


def inspect(source: IO[bytes]) -> Found:
    """Return the type of a text, or that of unknown contents."""
    head = source.read(PIECE)
    encoding = "utf-16" if head.startswith(UTF_16) else "utf-8-sig"
    found = _kind(source, encoding) or (_kind(source, "latin-1") if encoding == "utf-8-sig" else None)
    return {"type": found or BINARY}


def _kind(source: IO[bytes], encoding: str) -> str | None:
    """Return the type of the text in an encoding; None if it is not text in it."""
    first = True
    kind = PLAIN
    try:
        for piece in _pieces(source, encoding):
            if CONTROL.search(piece):
                return None
            if first:
                kind = next((each for pattern, each in MARKUP if pattern.match(piece)), PLAIN)
                first = False
    except UnicodeDecodeError:
        return None
    return kind


def _pieces(source: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    source.seek(0)
    while data := source.read(PIECE):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)
