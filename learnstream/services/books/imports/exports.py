"""Exporting books as a table: importing it changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from learnstream.services.books import books, browsing
from learnstream.services.books.imports import columns
from learnstream.services.books.imports.columns import EXPORTED, ID

BATCH = 200
EXAMPLE = {
    "isbn": "9780141439846",
    "title": "Dracula",
    "authors": "Bram Stoker",
    "publisher": "Penguin Classics",
    "published_date": "2003-04-29",
    "page_count": "454",
    "language": "en",
    "tags": "gothic; novel",
    "description": "Letters and diaries tell of a count who travels.",
}
TEMPLATE = tuple(name for name in EXPORTED if name != ID)


def rows(filters: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """Yield the active books that match these filters of `browsing.browse` as rows, by title."""
    query, order = browsing.query_for(filters), browsing.ORDERS["title"]
    for batch in books.STORED.batches(query, BATCH, sort=order.sort):
        for book in batch:
            cells = columns.write(book)
            yield [cells.get(name, "") for name in EXPORTED]


def template() -> list[Sequence[str]]:
    """Return the rows of a table to begin with, which can be imported as it is."""
    return [[EXAMPLE.get(name, "") for name in TEMPLATE]]
