"""What is left of deleted books is removed a day later, unless a version has come to name one."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.book import Book
from learnstream.services.books import removal
from learnstream.stores.sql import db
from tests.books import make_book


@pytest.fixture
def deleted(owner):
    """Two books that were deleted two days ago, and one that was deleted now."""
    found = [make_book(owner, title) for title in ("Unused", "Used", "Fresh")]
    for book in found:
        removal.remove(str(book["_id"]), by=owner.id, in_use=lambda _: False)
    db.session.commit()
    old = {"title": {"$in": ["Unused", "Used"]}}
    Book.collection().update_many(old, {"$set": {"updated_at": now() - timedelta(days=2)}})
    return {book["title"]: str(book["_id"]) for book in found}


def test_deleted_books_are_purged_after_a_day_unless_in_use(deleted):
    purged = []

    removal.purge(in_use=lambda book_id: book_id == deleted["Used"], before=purged.append)

    left = {book["title"]: book["status"] for book in Book.collection().find({})}
    assert left == {"Used": "archived", "Fresh": "deleted"}
    assert purged == [deleted["Unused"]]
