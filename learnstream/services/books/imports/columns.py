"""The columns of tables of books, which are the same in imports and exports, and how cells state fields."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from learnstream.services.media.imports.cells import Cells, Columns
from learnstream.services.media.imports.remarks import Refused
from learnstream.text import folding

ID, TITLE, ISBN, ISBN_10 = "id", "title", "isbn", "isbn10"
TEXTS = ("subtitle", "publisher", "published_date", "language", "description", "cover")
LISTS = ("authors", "tags")
NUMBERS = ("page_count", "subject_id")
EXPORTED = (
    ID, ISBN, TITLE, "subtitle", "authors", "publisher", "published_date", "page_count", "language", "subject_id", "tags",
    "cover", "description",
)  # fmt: skip
SYNONYMS = {
    ISBN: "isbn isbn13 ean ean13",
    TITLE: "title booktitle",
    "authors": "authors author writer writers",
    "published_date": "publisheddate published publicationdate pubdate year publicationyear",
    "page_count": "pagecount pages numberofpages",
    "language": "language lang",
    "tags": "tags keywords",
    "description": "description summary",
    "subject_id": "subjectid",
}
NAMES = {synonym: name for name, synonyms in SYNONYMS.items() for synonym in synonyms.split()}
APART = re.compile(r"[\W_]+")
SEPARATOR = re.compile(r"\s*[;\n]\s*")
# What spreadsheet programs make of a long number: digits are lost, shown as zeros once it is saved again, or a fraction is
# added.
ABBREVIATED = re.compile(r"[0-9]+(?:[.,][0-9]*)?[Ee]\+?[0-9]+|[0-9]+[.,][0-9]+|97[89][0-9]+0{6}")
DIGITS = re.compile("[0-9]{1,18}")


def canonical(heading: str) -> str:
    """Return the column that a heading means: `isbn` for `ISBN 13`; one that is unknown as it is."""
    key = APART.sub("", folding.fold(heading))
    return NAMES.get(key, key if key in {*EXPORTED, ISBN_10} else heading)


COLUMNS = Columns(
    is_known=lambda name: name in {*EXPORTED, ISBN_10},
    suffice=lambda names: bool(names & {ID, TITLE, ISBN, ISBN_10}) and len(names & {*EXPORTED, ISBN_10}) > 1,
    needed="title or isbn, and another",
    canonical=canonical,
    dates=frozenset({"published_date"}),
)


def read(cells: Cells) -> dict[str, Any]:
    """Return the fields that cells state, as a request would; empty ones leave what is there.

    Raises:
        Refused: a cell cannot be read.
    """
    fields = {name: READERS[name](name, text) for name, text in cells.items() if name in READERS}
    if isbn := cells.get(ISBN) or cells.get(ISBN_10):
        fields[ISBN] = _isbn(ISBN if ISBN in cells else ISBN_10, isbn)
    return fields


def write(book: Mapping[str, Any]) -> dict[str, str]:
    """Return a book as cells by column, without the empty ones."""
    cells = {name: str(book[name]) for name in (TITLE, ISBN, *TEXTS, *NUMBERS) if book[name]}
    return {ID: str(book["_id"]), **cells, **{name: "; ".join(book[name]) for name in LISTS if book[name]}}


def _list(_: str, text: str) -> list[str]:
    return [part for part in SEPARATOR.split(text) if part]


def _number(name: str, text: str) -> int:
    if not DIGITS.fullmatch(text):
        raise Refused("no_number", "Must be a whole number.", column=name, value=text)
    return int(text)


def _isbn(name: str, text: str) -> str:
    if ABBREVIATED.fullmatch(text):
        message = (
            "A spreadsheet program has made a number of the ISBN, in which digits are lost. Format the column as text, and "
            "type it again."
        )
        raise Refused("number_not_text", message, column=name, value=text)
    return text


READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys((TITLE, *TEXTS), lambda _, text: text),
    **dict.fromkeys(LISTS, _list),
    **dict.fromkeys(NUMBERS, _number),
}
