"""Books, and the summaries of them that other lists show."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict

import orjson
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents.book import AuthoredBook, Book, BookStatus, StoredBook
from learnstream.documents.projection import Projection
from learnstream.documents.rating import unrated
from learnstream.errors.authoring import EditConflict
from learnstream.errors.books import IsbnTaken, NoSuchBook
from learnstream.services.foundation.content import dump
from learnstream.stores import cache
from learnstream.stores.mongo import Expression
from learnstream.text import folding

TTL_SECONDS = 30
BOOKS = "books"  # the cache group of all public lists of books
CARD = "book-card:"
MAX_WORDS = 500

STORED = Projection(Book, StoredBook)
NEW: AuthoredBook = {
    "title": "",
    "subtitle": "",
    "authors": [],
    "publisher": "",
    "published_date": "",
    "page_count": None,
    "language": "",
    "isbn": None,
    "description": "",
    "cover": "",
    "subject_id": None,
    "tags": [],
}


class Card(TypedDict):
    """The summary of a book in other lists."""

    title: str
    subtitle: str
    authors: list[str]
    cover: str
    isbn: str | None
    status: str


class CardBook(Card):
    _id: ObjectId


CARDS = Projection(Book, CardBook)


def get(book_id: str, *, expect: Collection[int] | None = None) -> StoredBook:
    """Return a book, active or archived, checked against the expected revisions if any are given.

    Raises:
        NoSuchBook: there is none.
        EditConflict: its revision is none of the expected ones.
    """
    book = STORED.find_one({"_id": ObjectId(book_id)})
    if book is None:
        raise NoSuchBook()
    if expect is not None and book["revision"] not in expect:
        raise EditConflict()
    return book


def cards(book_ids: Collection[str]) -> dict[str, Card]:
    """Return the summaries of books, active and archived, by id.

    One query loads all that are not cached. Books that do not exist are left out, and so are uncached ones while the
    store is down.
    """
    found = cache.get_or_load_each([card_key(each) for each in book_ids], _load_cards, ttl=TTL_SECONDS)
    return {key.removeprefix(CARD): orjson.loads(card) for key, card in found.items()}


def create(*, created_by: int, **fields: Any) -> StoredBook:
    """Create a book. `fields` are those of `AuthoredBook`; `title` is required.

    Raises:
        IsbnTaken: another book has the ISBN.
    """
    authored = NEW | fields
    book: dict[str, Any] = {
        **authored,
        **derived(authored),
        "_id": ObjectId(),
        "status": BookStatus.ACTIVE.value,
        "created_by": created_by,
        "rating": unrated(),
        "revision": 1,
        "created_at": now(),
        "updated_at": now(),
    }
    try:
        Book.collection().insert_one(book)
    except DuplicateKeyError:
        raise IsbnTaken() from None
    invalidate(str(book["_id"]))
    return STORED.complete(book)


def derived(authored: Mapping[str, Any]) -> Expression:
    """Return what lists search and sort a book by."""
    texts = [authored["title"], authored["subtitle"], *authored["authors"], *authored["tags"], authored["publisher"]]
    return {
        "words": folding.words(" ".join(texts))[:MAX_WORDS],
        "sort_title": authored["title"].casefold(),
    }


def invalidate(book_id: str) -> None:
    """Invalidate everything cached about a book."""
    cache.invalidate(card_key(book_id), public_key(book_id), BOOKS)


def card_key(book_id: str) -> str:
    return f"{CARD}{book_id}"


def public_key(book_id: str) -> str:
    return f"book:{book_id}"


def _load_cards(keys: Sequence[str]) -> dict[str, bytes]:
    ids = [ObjectId(key.removeprefix(CARD)) for key in keys]
    return {card_key(str(book.pop("_id"))): dump(book) for book in CARDS.find({"_id": {"$in": ids}})}  # type: ignore[misc]
