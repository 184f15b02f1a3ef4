"""The public pages and lists of books."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from bson import ObjectId, Regex

from learnstream.documents.book import EXISTS, AuthoredBook, Book, BookLabels, BookStatus, DescribedBook, ListedBook
from learnstream.documents.projection import Projection, pick
from learnstream.documents.rating import ShownRating, shown
from learnstream.errors.books import NoSuchBook
from learnstream.services.books import books
from learnstream.services.foundation import text_search
from learnstream.services.foundation.content import Content, dump, pack, unpack
from learnstream.stores import cache
from learnstream.stores.keyset import Keys, Part
from learnstream.stores.mongo import Expression
from learnstream.text import folding, isbn

LISTED = Projection(Book, ListedBook)
PAGE = Projection(Book, DescribedBook)
# The id makes the order total, so that no book appears on two pages.
ORDERS = {
    "newest": Keys(("created_at", -1), ("_id", 1)),
    "title": Keys(("sort_title", 1), ("_id", 1)),
    "rating": Keys(("rating.score", -1), ("_id", 1), nullable=True),
    "relevance": Keys(("score", -1), ("_id", 1)),
}
# See `text_search.score`.
WEIGHTS = {"title": 10, "authors": 5, "tags": 3}

TTL_SECONDS = 30
MAX_TERMS = 12  # of a text that is searched for


class Entry(BookLabels):
    """A book in a list."""

    id: ObjectId
    status: str
    rating: ShownRating
    created_by: int
    created_at: datetime
    updated_at: datetime


class Page(Entry, AuthoredBook):
    """A book on its page."""


def read(book_id: str) -> Content:
    """Return the public page of a book, active or archived. Its ETag begins with the revision, which changes name.

    Raises:
        NoSuchBook: there is none.
    """
    content = unpack(cache.get_or_load(books.public_key(book_id), lambda: _load_page(book_id), ttl=TTL_SECONDS))
    return replace(content, etag=f"{content.facts['revision']}-{content.etag}")


def browse(*, filters: Mapping[str, Any], sort: str | None, part: Part) -> Content:
    """Return a part of the active books; its fact `place` is as in `Found`.

    `filters` may contain `q` (search terms), `author`, `language`, `subject_id`, `tag` (a list), `isbn`.
    """
    order = sort or ("relevance" if filters.get("q") else "newest")
    digest = blake2b(dump([filters, order, part.size, part.after]), digest_size=12).hexdigest()
    load: Callable[[], bytes] = lambda: _load_list(filters, order, part)  # noqa: E731
    return unpack(cache.get_or_load_in(books.BOOKS, f"books:{digest}", load, ttl=TTL_SECONDS))


def described(book: DescribedBook) -> Page:
    """Return a book as its page shows it."""
    return {**_entry(book), "description": book["description"]}


def query_for(filters: Mapping[str, Any]) -> Expression:
    """Translate filters into a MongoDB query."""
    conditions = [CONDITIONS[name](value) for name, value in filters.items() if value]
    return {"status": BookStatus.ACTIVE.value} | ({"$and": conditions} if conditions else {})


def _search(text: str) -> Expression:
    """Match books with a word that begins with each search term, and without the excluded words."""
    excluded = [{"words": {"$ne": word}} for word in text_search.unwanted(text)[:MAX_TERMS]]
    return _all([*_beginning("words", _wanted(text)), *excluded])


def _wanted(text: str) -> list[str]:
    try:
        return [isbn.normalize(text)]
    except ValueError:
        return text_search.wanted(text)[:MAX_TERMS]


def _beginning(field: str, prefixes: list[str]) -> list[Expression]:
    return [{field: Regex(f"^{prefix}")} for prefix in prefixes]


def _all(conditions: list[Expression]) -> Expression:
    """Match what meets all conditions; nothing if there are none, because the text had no words."""
    return {"$and": conditions} if conditions else {"_id": None}


CONDITIONS: dict[str, Callable[[Any], Expression]] = {
    "q": _search,
    "author": lambda text: _all(_beginning("author_words", folding.words(text)[:MAX_TERMS])),
    # A language range matches the tags it is a prefix of (RFC 4647, basic filtering).
    "language": lambda tag: {"language": {"$regex": f"^{re.escape(tag)}(-|$)"}},
    "subject_id": lambda subject_id: {"subject_id": subject_id},
    "tag": lambda tags: {"tags": {"$all": tags}},
    "isbn": lambda digits: {"isbn": digits},
}


def _load_list(filters: Mapping[str, Any], order: str, part: Part) -> bytes:
    found = ORDERS[order].cut(_find(filters, order, part), part)
    return pack([_entry(book) for book in found.entries], place=found.position)


def _find(filters: Mapping[str, Any], order: str, part: Part) -> Iterable[ListedBook]:
    query, keys = query_for(filters), ORDERS[order]
    if order != "relevance":
        return LISTED.find(keys.part_of(query, part), sort=keys.sort, limit=part.look)
    # Sorting and paging by the computed score requires an aggregation pipeline.
    stages: list[Expression] = [
        {"$match": query},
        {"$set": {"score": text_search.score(_wanted(filters["q"]), "folded", WEIGHTS)}},
        {"$match": keys.part_of({}, part)},
        {"$sort": dict(keys.sort)},
        {"$limit": part.look},
        {"$project": {**(LISTED.fields or {}), "score": 1}},
    ]
    return map(LISTED.complete, Book.collection().aggregate(stages))


def _load_page(book_id: str) -> bytes:
    book = PAGE.find_one({"_id": ObjectId(book_id), "status": EXISTS})
    if book is None:
        raise NoSuchBook()
    return pack(described(book), revision=book["revision"])


def _entry(book: ListedBook) -> Entry:
    return {
        "id": book["_id"],
        "status": book["status"],
        **pick(BookLabels, book),
        "rating": shown(book["rating"]),
        "created_by": book["created_by"],
        "created_at": book["created_at"],
        "updated_at": book["updated_at"],
    }
