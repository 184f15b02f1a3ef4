"""Undoing imports: what one created is removed, and what it changed is restored, unless it has been changed since.

Each book is handled by one update, which also marks the import as undone for it. A job that is interrupted reads these
marks when it goes on, so that each book is handled and counted once.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.book import Book, BookStatus, StoredBook
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import EditConflict
from learnstream.errors.books import IsbnTaken
from learnstream.models import ImportOutcome
from learnstream.models.book_import import BookImport
from learnstream.services.books import books, removal
from learnstream.services.foundation import import_events
from learnstream.stores.mongo import Expression
from learnstream.stores.sql import db

BATCH = 50
ROUNDS = 5
MAX_LEFT = 1000  # books left as they are that are named

InUse = Callable[[str], bool]


class Undone(StrEnum):
    """What undoing an import does with a book. `gone`: somebody deleted it since."""

    DELETED = "deleted"
    ARCHIVED = "archived"
    RESTORED = "restored"
    CHANGED_SINCE = "changed_since"
    ISBN_TAKEN = "isbn_taken"
    GONE = "gone"


REFERENCES = {"cover", "subject_id"}
LEFT = {Undone.CHANGED_SINCE, Undone.ISBN_TAKEN}


class Contended(Exception):
    """A book kept changing meanwhile; trying again goes on."""


def carry_out(import_id: int, in_use: InUse) -> None:
    """Undo an import, or the rest of one that was interrupted.

    Raises:
        Contended: others kept changing a book.
    """
    job = db.session.get_one(BookImport, import_id)
    db.session.commit()
    if job.undone_at:
        return
    while batch := _next(job):
        begun = job.undone_through
        outcomes = [_undo(book, import_id, in_use) for book in batch]
        db.session.refresh(job, with_for_update=True)
        # A worker that was taken for dead may handle the same books: they count once.
        if job.undone_through == begun:
            _record(job, batch, outcomes)
        db.session.commit()
    _finish(job)


def _next(job: BookImport) -> list[StoredBook]:
    after: Expression = {"_id": {"$gt": ObjectId(job.undone_through)}} if job.undone_through else {}
    return books.STORED.find({"imports.import_id": job.id} | after, sort=[("_id", 1)], limit=BATCH)


def _record(job: BookImport, batch: Sequence[StoredBook], outcomes: Sequence[Undone]) -> None:
    counts = dict(job.undone)
    for outcome in outcomes:
        counts[outcome.value] = counts.get(outcome.value, 0) + 1
    left = [_left(book, outcome) for book, outcome in zip(batch, outcomes, strict=True) if outcome in LEFT]
    job.undone, job.left = counts, [*job.left, *left][:MAX_LEFT]
    job.undone_through = str(batch[-1]["_id"])
    books.tell(book["_id"] for book in batch)


def _left(book: StoredBook, reason: Undone) -> dict[str, str]:
    return {"book_id": str(book["_id"]), "title": book["title"], "reason": reason.value}


def _finish(job: BookImport) -> None:
    db.session.refresh(job, with_for_update=True)
    if job.undone_at is None:
        job.undone_at = now()
        by = job.undo_requested_by or job.created_by
        import_events.finished(BookImport.imported, job.id, ImportOutcome.UNDONE, by=by, dry_run=False)


def _undo(book: StoredBook, import_id: int, in_use: InUse) -> Undone:
    for _ in range(ROUNDS):
        place = next(place for place, mark in enumerate(book["imports"]) if mark["import_id"] == import_id)
        if done := book["imports"][place]["undone"]:
            return Undone(done)
        try:
            return _undo_once(book, place, in_use)
        except EditConflict:
            found = books.STORED.find_one({"_id": book["_id"], "imports.import_id": import_id})
            if found is None:
                return Undone.GONE
            book = found
    raise Contended()


def _undo_once(book: StoredBook, place: int, in_use: InUse) -> Undone:
    mark, undone = book["imports"][place], f"imports.{place}.undone"
    if book["status"] == BookStatus.DELETED:
        return _leave(book, undone, Undone.GONE)
    if mark["revision"] != book["revision"]:
        return _leave(book, undone, Undone.CHANGED_SINCE)
    if mark["created"]:
        outcome = Undone.ARCHIVED if in_use(str(book["_id"])) else Undone.DELETED
        removal.retire(book, archive=outcome is Undone.ARCHIVED, **{undone: outcome.value})
        return outcome
    try:
        books.change(book, {**_former(mark["before"]), undone: Undone.RESTORED.value, **_earlier(book, place)})
    except IsbnTaken:
        return _leave(book, undone, Undone.ISBN_TAKEN)
    return Undone.RESTORED


def _former(before: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as they were, but without a cover or a subject that does not exist any more."""
    former = dict(before)
    for name in REFERENCES & before.keys():
        try:
            books.check({name: before[name]}, by=None)
        except Unprocessable:
            former[name] = books.NEW[name]  # type: ignore[literal-required]
    return former


def _earlier(book: StoredBook, place: int) -> dict[str, Any]:
    """Return the field that lets the import before be undone, too, if nobody changed the book between the two."""
    before = book["imports"][place - 1] if place else None
    is_next = before is not None and before["revision"] == book["imports"][place]["revision"] - 1
    return {f"imports.{place - 1}.revision": book["revision"] + 1} if is_next else {}


def _leave(book: StoredBook, undone: str, outcome: Undone) -> Undone:
    unchanged = {"_id": book["_id"], "revision": book["revision"]}
    if not Book.collection().update_one(unchanged, {"$set": {undone: outcome.value}}).matched_count:
        raise EditConflict()
    return outcome
