"""The summaries of books that other lists show."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypedDict

import orjson
from bson import ObjectId

from learnstream.documents.book import EXISTS, Book
from learnstream.documents.projection import Projection, pick
from learnstream.services.foundation.content import dump
from learnstream.stores import cache

TTL_SECONDS = 30
CARD = "book-card:"


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


def find(book_ids: Collection[str]) -> dict[str, Card]:
    """Return the summaries of books, active and archived, by id.

    One query loads all that are not cached. Books that do not exist are left out, and so are uncached ones while the
    store is down.
    """
    found = cache.get_or_load_each([key_of(each) for each in book_ids], _load_cards, ttl=TTL_SECONDS)
    return {key.removeprefix(CARD): orjson.loads(card) for key, card in found.items()}


def statuses(book_ids: Iterable[str]) -> dict[str, str]:
    """Return the statuses of books, active and archived, by id.

    Raises:
        PyMongoError: the store fails. A list that leaves out books then, as `find` does, cannot be stored.
    """
    which = {"_id": {"$in": [ObjectId(each) for each in book_ids]}, "status": EXISTS}
    return {str(book["_id"]): book["status"] for book in Book.collection().find(which, {"status": 1})}


def key_of(book_id: str) -> str:
    return f"{CARD}{book_id}"


def _load_cards(keys: Sequence[str]) -> dict[str, bytes]:
    found = CARDS.find({"_id": {"$in": [ObjectId(key.removeprefix(CARD)) for key in keys]}, "status": EXISTS})
    return {key_of(str(book["_id"])): dump(pick(Card, book)) for book in found}
