"""Deleting books, and archiving those that reading lists of published versions name."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from learnstream.clock import now
from learnstream.documents.book import Book, BookStatus, StoredBook
from learnstream.errors.authoring import EditConflict
from learnstream.services.books import books
from learnstream.services.foundation import audit

InUse = Callable[[str], bool]
# A publication that was under way when a book was deleted has ended by then.
PURGED_AFTER = timedelta(days=1)
BATCH = 200


def remove(book_id: str, *, by: int, in_use: InUse, expect: Collection[int] | None = None) -> StoredBook:
    """Delete a book, or archive it if it is in use; return it as it is then.

    A deleted one disappears at once, and its ISBN is free; `purge` removes the rest of it later.

    Raises:
        NoSuchBook: there is none.
        EditConflict: the book has changed in the meantime.
    """
    book = books.get(book_id, expect=expect)
    archive = in_use(book_id)
    if archive and book["status"] == BookStatus.ARCHIVED:
        return book
    removed = retire(book, archive=archive)
    audit.record(f"book.{removed['status']}", actor_id=by, target_kind="book", target_id=book_id, title=book["title"])
    books.tell([book["_id"]])
    return removed


def retire(book: StoredBook, *, archive: bool, **fields: Any) -> StoredBook:
    """Mark a book as archived or else as deleted, and set further fields.

    Raises:
        EditConflict: the book has changed since it was read.
    """
    if archive:
        return books.change(book, {"status": BookStatus.ARCHIVED.value, **fields})
    return books.change(book, {"status": BookStatus.DELETED.value, "isbn": None, **fields})


def purge(*, in_use: InUse, before: Callable[[str], None]) -> int:
    """Remove what is left of books that were deleted a while ago; return how many. `before` removes what belongs to one.

    One that a version names which was published at the same time is kept as archived.
    """
    long_ago = {"status": BookStatus.DELETED.value, "updated_at": {"$lt": now() - PURGED_AFTER}}
    found = books.STORED.find(long_ago, sort=[("updated_at", 1)], limit=BATCH)
    for book in found:
        _purge(book, in_use, before)
    return len(found)


def _purge(book: StoredBook, in_use: InUse, before: Callable[[str], None]) -> None:
    book_id = str(book["_id"])
    if not in_use(book_id):
        before(book_id)
        Book.collection().delete_one({"_id": book["_id"], "status": BookStatus.DELETED.value})
        return
    try:
        retire(book, archive=True)
    except EditConflict:
        return  # the next run looks again
