"""Deleting books, and archiving those that reading lists of published versions name."""

from collections.abc import Callable, Collection

from learnstream.documents.book import BookStatus, StoredBook
from learnstream.services.books import books
from learnstream.services.foundation import audit


def remove(
    book_id: str, *, by: int, in_use: Callable[[str], bool], expect: Collection[int] | None = None
) -> StoredBook:
    """Delete a book, or archive it if it is in use; return it as it is then.

    A deleted one disappears at once, and its ISBN is free; `purge` removes the rest of it later.

    Raises:
        NoSuchBook: there is none.
        EditConflict: the book has changed in the meantime.
    """
    book = books.get(book_id, expect=expect)
    if in_use(book_id) and book["status"] == BookStatus.ARCHIVED:
        return book
    removed = retire(book, in_use=in_use)
    audit.record(f"book.{removed['status']}", actor_id=by, target_kind="book", target_id=book_id, title=book["title"])
    books.tell([book["_id"]])
    return removed


def retire(book: StoredBook, *, in_use: Callable[[str], bool], **update: object) -> StoredBook:
    """Mark a book as archived if it is in use, else as deleted; `update` are further operators.

    Raises:
        EditConflict: the book has changed since it was read.
    """
    if in_use(str(book["_id"])):
        return books.change(book, {"status": BookStatus.ARCHIVED.value}, **update)
    return books.change(book, {"status": BookStatus.DELETED.value, "isbn": None}, **update)
