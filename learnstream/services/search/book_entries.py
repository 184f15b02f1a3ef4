"""The entries of books."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Book, BookStatus
from learnstream.documents.projection import Projection
from learnstream.documents.search_entry import FoundKind, StoredEntry
from learnstream.services.search import ranks, tokens

FORMAT = 1  # incremented when entries of the same books become different ones


class FoundBook(TypedDict):
    """What a book is found by."""

    _id: ObjectId
    title: str
    subtitle: str
    authors: list[str]
    publisher: str
    language: str
    isbn: str | None
    description: str
    subject_id: int | None
    tags: list[str]
    revision: int
    created_at: datetime


BOOKS = Projection(Book, FoundBook)


def find(book_ids: Collection[ObjectId]) -> list[FoundBook]:
    """Return those of the books that are found: active ones."""
    return BOOKS.find({"_id": {"$in": list(book_ids)}, "status": BookStatus.ACTIVE.value})


def source_of(book: FoundBook) -> str:
    """Return what identifies the state of a book that its entry was computed from."""
    return f"{FORMAT}:{book['revision']}"


def build(books: Sequence[FoundBook]) -> list[StoredEntry]:
    """Return the entries of books."""
    return [_entry(book) for book in books]


def _entry(book: FoundBook) -> StoredEntry:
    labels = [book["title"], book["subtitle"], *book["authors"], *book["tags"]]
    return {
        "_id": book["_id"],
        "kind": FoundKind.BOOK.value,
        "course_id": None,
        "version": 0,
        "version_id": None,
        "title": book["title"],
        "rank": ranks.of(FoundKind.BOOK, book["created_at"]),
        "terms": [
            *tokens.of_title(book["title"]),
            *tokens.of_labels(labels),
            *tokens.of_text([*labels, book["publisher"], book["isbn"] or "", book["description"]]),
            *tokens.of_language(book["language"]),
            *tokens.of_subject(book["subject_id"]),
        ],
        "source": source_of(book),
    }
