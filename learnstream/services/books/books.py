"""Books: read, written, and told of."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents.book import EXISTS, AuthoredBook, Book, BookStatus, StoredBook
from learnstream.documents.projection import Projection
from learnstream.documents.rating import unrated
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import EditConflict
from learnstream.errors.books import IsbnTaken, NoSuchBook
from learnstream.models import EventType
from learnstream.models.subject import Subject
from learnstream.services.books import cards, searchable
from learnstream.services.foundation import events
from learnstream.services.media import photos
from learnstream.stores import cache
from learnstream.stores.sql import db

TOLD_AT_ONCE = 500  # books in an event
BOOKS = "books"  # the cache group of all public lists of books

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


def get(book_id: str, *, expect: Collection[int] | None = None) -> StoredBook:
    """Return a book, active or archived, checked against the expected revisions if any are given.

    Raises:
        NoSuchBook: there is none.
        EditConflict: its revision is none of the expected ones.
    """
    book = STORED.find_one({"_id": ObjectId(book_id), "status": EXISTS})
    if book is None:
        raise NoSuchBook()
    if expect is not None and book["revision"] not in expect:
        raise EditConflict()
    return book


def create(*, created_by: int, **fields: Any) -> StoredBook:
    """Create a book. `fields` are those of `AuthoredBook`; `title` is required.

    Raises:
        IsbnTaken: another book has the ISBN.
        Unprocessable: the cover is not a photo of the creator that is ready, or there is no such subject.
    """
    check(fields, by=created_by)
    book = insert({**NEW, **fields}, created_by=created_by)
    tell([book["_id"]])
    return book


def insert(authored: Mapping[str, Any], *, created_by: int, **columns: Any) -> StoredBook:
    """Store a new book; `columns` are further fields of it.

    Raises:
        IsbnTaken: another book has the ISBN.
        EditConflict: there is a book with the `_id` in `columns`.
    """
    book: dict[str, Any] = {
        **authored,
        **searchable.fields(authored),
        "_id": ObjectId(),
        "status": BookStatus.ACTIVE.value,
        "created_by": created_by,
        "rating": unrated(),
        "imports": [],
        "revision": 1,
        "created_at": now(),
        "updated_at": now(),
        **columns,
    }
    _unless_taken(authored.get("isbn"), lambda: Book.collection().insert_one(book))
    invalidate(str(book["_id"]))
    return STORED.complete(book)


def update(
    *, book_id: str, changes: Mapping[str, Any], changed_by: int, expect: Collection[int] | None = None
) -> StoredBook:
    """Change a book; if nothing differs, nothing changes.

    changes: fields of `AuthoredBook`, and `status`.

    Raises:
        NoSuchBook: there is none.
        IsbnTaken: another book has the ISBN.
        Unprocessable: see `create`.
        EditConflict: the book has changed in the meantime.
    """
    book = get(book_id, expect=expect)
    fields = different(book, changes)
    if not fields:
        return book
    check(fields, by=changed_by)
    changed = change(book, fields)
    tell([book["_id"]])
    return changed


def different(book: StoredBook, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a book has otherwise."""
    present: Mapping[str, Any] = dict(book)
    return {name: value for name, value in fields.items() if present[name] != value}


def change(book: StoredBook, fields: Mapping[str, Any], **update: Any) -> StoredBook:
    """Set fields of a book unless it has changed since it was read; `update` are further operators.

    Raises:
        IsbnTaken: another book has the ISBN.
        EditConflict: the book has changed since.
    """
    changes = {**fields, **searchable.fields({**book, **fields}), "updated_at": now()}
    operators = {"$set": changes, "$inc": {"revision": 1}, **update}
    unchanged = {"_id": book["_id"], "revision": book["revision"]}
    changed = _unless_taken(
        fields.get("isbn"),
        lambda: Book.collection().find_one_and_update(unchanged, operators, return_document=ReturnDocument.AFTER),
    )
    if changed is None:
        raise EditConflict()
    invalidate(str(book["_id"]))
    return STORED.complete(changed)


def leave_subject(subject_id: int) -> None:
    """Let the books of a subject that was deleted stand in none, and tell of it in the current transaction."""
    of_subject = {"subject_id": subject_id}
    left = Book.collection().distinct("_id", of_subject)
    for batch in range(0, len(left), TOLD_AT_ONCE):
        tell(left[batch : batch + TOLD_AT_ONCE])
    fields = {"subject_id": None, "updated_at": now()}
    Book.collection().update_many(of_subject, {"$set": fields, "$inc": {"revision": 1}})
    for book_id in left:
        invalidate(str(book_id))


def tell(book_ids: Iterable[ObjectId]) -> None:
    """Record, in the current transaction, that books were written."""
    ids = [str(each) for each in book_ids]
    if ids:
        events.record_change(EventType.BOOK_CHANGED, ids[0], book_ids=ids)


def invalidate(book_id: str) -> None:
    """Invalidate everything cached about a book."""
    cache.invalidate(cards.key_of(book_id), public_key(book_id), BOOKS)


def public_key(book_id: str) -> str:
    return f"book:{book_id}"


def check(fields: Mapping[str, Any], *, by: int | None) -> None:
    """Let a book refer to the cover and the subject that fields name.

    by: whose photo the cover must be; None for anybody's.

    Raises:
        Unprocessable: the cover is not a photo of this user that is ready, or there is no such subject.
    """
    photos.hold_cover(fields.get("cover", ""), owner_id=by)
    subject_id = fields.get("subject_id")
    # The subject stays until the transaction ends.
    of_id = select(Subject.id).where(Subject.id == subject_id).with_for_update(read=True)
    if subject_id is not None and db.session.scalar(of_id) is None:
        raise Unprocessable(errors={"json": {"subject_id": ["There is no such subject."]}})


def _unless_taken(isbn: str | None, write: Callable[[], Any]) -> Any:
    """Write a book whose ISBN is this; the unique index decides between two requests at once."""
    try:
        return write()
    except DuplicateKeyError:
        other = Book.collection().find_one({"isbn": isbn}, {"_id": 1}) if isbn else None
        if other is None:
            raise EditConflict() from None
        raise IsbnTaken(str(other["_id"])) from None
