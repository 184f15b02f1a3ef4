"""Helpers that create books."""

from itertools import count

from learnstream.documents.book import StoredBook
from learnstream.services.books import books
from learnstream.stores.sql import db
from tests.factories import Person

_number = count(1)


def isbn(number: int | None = None) -> str:
    """Return a valid ISBN that no other call without a number returned."""
    digits = f"978{next(_number) if number is None else number:09}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def make_book(creator: Person, title: str = "Dracula", **fields) -> StoredBook:
    """Create a book; `fields` are those of `documents.book.AuthoredBook`."""
    book = books.create(created_by=creator.id, title=title, **fields)
    db.session.commit()
    return book
