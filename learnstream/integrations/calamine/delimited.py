"""CSV files: their encoding and delimiter told by what they contain, and their rows."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from learnstream.integrations.calamine.sheet import Sheet
from learnstream.integrations.unusable import Unusable

DELIMITERS = ";,\t"
SAMPLE, SAMPLE_ROWS = 32 * 1024, 30  # characters and rows that tell the delimiter
PAIRS, ALPHABETS = 64, 8  # bytes that tell UTF-16 without a mark, and a bound of every other one
# Excel's own line for other programs' files.
STATED = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
LATIN = re.compile(rb"[A-Za-z]")
LINE_BREAK = re.compile(r"\r\n?|\n")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def read(data: bytes, limits: dict[str, int]) -> Sheet:
    """Read a CSV file.

    Raises:
        Unusable: it is no text of a known encoding, or a text of another kind.
    """
    text, encoding = _decode(data)
    if CONTROL.search(text) or text.lstrip().startswith(("<", "{\\rtf", "%PDF")):
        raise Unusable("not_a_spreadsheet")
    stated = STATED.match(text)
    delimiter, width = _shape(text, stated[1] if stated else DELIMITERS)
    # Rows keep the numbers that spreadsheet programs show, which hide the line.
    start = stated.end() if stated else 0
    rows = _rows(text[start:], delimiter, width, limits)
    return Sheet(rows, {"encoding": encoding, "delimiter": delimiter})


def _decode(data: bytes) -> tuple[str, str]:
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            return _strictly(data[len(bom) :], encoding)
    # Without a mark: the upper bytes are those of the alphabets from Latin to Arabic, and some are of ASCII's separators.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        upper = data[first:PAIRS:2]
        if 0 in upper and max(upper) < ALPHABETS:
            return _strictly(data, encoding)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(data, _code_page(data))


def _strictly(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        raise Unusable("unknown_encoding") from None


def _code_page(data: bytes) -> str:
    """Return which Windows code page a text is likely to have: words are Cyrillic as a whole, or Latin with accents."""
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    if sum(character > "\x7f" for character in lenient) > 2 * broken:
        # Most of it is UTF-8, so the rest is damage.
        raise Unusable("unknown_encoding")
    words = [word for word in WORD.findall(data) if not word.isascii()]
    mixed = sum(bool(LATIN.search(word)) for word in words)
    return "cp1252" if 2 * mixed > len(words) else "cp1251"


def _shape(text: str, delimiters: str) -> tuple[str, int]:
    """Return the delimiter that splits most of the first rows into the same number of cells, and how many these are.

    A comma, and one cell, if none does.
    """

    def agreement(delimiter: str) -> tuple[int, int]:
        try:
            rows = csv.reader(io.StringIO(text[:SAMPLE], newline=""), delimiter=delimiter)
            widths = Counter(len(row) for row in islice(rows, SAMPLE_ROWS))
        except csv.Error:
            return 0, 0
        return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))

    best = max(delimiters, key=agreement)
    agreeing, width = agreement(best)
    return (best, width) if agreeing else (delimiters if len(delimiters) == 1 else ",", 1)


def _rows(text: str, delimiter: str, width: int, limits: dict[str, int]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    csv.field_size_limit(len(text) + 1)  # a text that is too long costs its row alone
    try:
        for number, cells in enumerate(reader, 1):
            _check(number, cells, limits)
            if _are_rows(cells, delimiter, width):
                raise Unusable("broken_quotes")
            yield number, cells
    except csv.Error:
        raise Unusable("broken_quotes") from None


def _check(number: int, cells: list[str], limits: dict[str, int]) -> None:
    used = [column for column, cell in enumerate(cells, 1) if cell]
    if used and number > limits["rows"]:
        raise Unusable("too_many_rows")
    if used and used[-1] > limits["columns"]:
        raise Unusable("too_many_columns")


def _are_rows(cells: list[str], delimiter: str, width: int) -> bool:
    """True if each line of a row has the delimiters of a whole row: a quote too many has joined them.

    Otherwise, those rows would be missing without a word, and the people in them leave a group that is synchronized.
    """
    lines = LINE_BREAK.split(delimiter.join(cells))
    return len(lines) > 1 and all(line.count(delimiter) >= width - 1 for line in lines)
