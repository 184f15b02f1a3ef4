"""Importing a table's books, one row after the other. Each stands alone, and importing it again changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from bson import ObjectId

from learnstream.documents.book import EXISTS, BookStatus, ImportMark, StoredBook
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import EditConflict
from learnstream.errors.books import IsbnTaken
from learnstream.services.books import books, searchable
from learnstream.services.books.books import NEW
from learnstream.services.books.imports import columns
from learnstream.services.books.imports.columns import ID, ISBN
from learnstream.services.books.imports.reading import Row, same_work
from learnstream.services.media.imports.remarks import Invalid, Refused, Remark, remark

ROUNDS = 3  # tries of a book that others change at the same time
MARKS = 10  # imports of a book that can be undone

# Return fields as authors may send them; raises Invalid.
Check = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a row, and the id of the book that it wrote."""

    outcome: Outcome
    remarks: tuple[Remark, ...] = ()
    book_id: ObjectId | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Which import it is, by whom, whether they may change all books, and whether anything is changed."""

    import_id: int
    by: int
    is_admin: bool
    dry_run: bool
    check: Check


def take(entry: Row | Remark, target: Target) -> Change:
    """Import a row; return what became of it."""
    if isinstance(entry, Remark):
        return Change(Outcome.FAILED, (entry,))
    problem = Refused("contended", "Others kept changing the book at the same time. Import the file again.")
    for _ in range(ROUNDS):
        try:
            return _take(entry, target)
        except EditConflict:
            continue  # others have changed it meanwhile
        except IsbnTaken as error:
            problem = Refused(error.code, error.detail, column=ISBN, value=error.book_id or "")
        except Refused as refusal:
            return Change(Outcome.FAILED, (remark(entry.place, refusal),))
    return Change(Outcome.FAILED, (remark(entry.place, problem),))


def _take(row: Row, target: Target) -> Change:
    fields = _checked(row, target.check)
    book = _find(row, fields, target)
    if book is None:
        return _create(row, fields, target)
    if mark := next((each for each in book["imports"] if each["import_id"] == target.import_id), None):
        if mark["place"] != row.place:
            raise Refused("duplicate_row", f"Row {mark['place']} is about the same book.", value=str(book["_id"]))
        # A worker that died had imported the row, and had not recorded it.
        return Change(Outcome.CREATED if mark["created"] else Outcome.UPDATED, book_id=book["_id"])
    return _update(book, row, fields, target)


def _create(row: Row, fields: dict[str, Any], target: Target) -> Change:
    if "title" not in fields:
        raise Refused("no_title", "A new book needs a title.", column="title")
    _check_references(fields, target)
    if target.dry_run:
        return Change(Outcome.CREATED)
    mark = _mark(row, target, revision=1, created=True)
    # The same row of the same import has the same id: two workers create one book.
    book_id = ObjectId(blake2b(f"{target.import_id}:{row.place}".encode(), digest_size=12).digest())
    books.insert({**NEW, **fields}, created_by=target.by, _id=book_id, imports=[mark])
    return Change(Outcome.CREATED, book_id=book_id)


def _update(book: StoredBook, row: Row, fields: dict[str, Any], target: Target) -> Change:
    changes = _changes(book, row, fields)
    if not changes:
        return Change(Outcome.UNCHANGED)
    if not target.is_admin and book["created_by"] != target.by:
        message = "Another user added this book, so that an import cannot change it."
        raise Refused("not_your_book", message, value=str(book["_id"]))
    _check_references(changes, target)
    if target.dry_run:
        return Change(Outcome.UPDATED)
    before = {name: value for name, value in dict(book).items() if name in changes}
    mark = _mark(row, target, revision=book["revision"] + 1, before=before)
    books.change(book, changes, **{"$push": {"imports": {"$each": [mark], "$slice": -MARKS}}})
    return Change(Outcome.UPDATED, book_id=book["_id"])


def _changes(book: StoredBook, row: Row, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a row changes. An archived book is offered again."""
    # What a cell cannot tell apart from what the book has is no change.
    same = {name for name, text in columns.write(book).items() if _plain(row.cells.get(name, "")) == _plain(text)}
    stated = {name: value for name, value in fields.items() if name not in same}
    return books.different(book, {**stated, "status": BookStatus.ACTIVE.value})


def _plain(text: str) -> str:
    """Return a text as a cell of a spreadsheet can have it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _mark(
    row: Row, target: Target, *, revision: int, created: bool = False, before: dict[str, Any] | None = None
) -> ImportMark:
    return {
        "import_id": target.import_id,
        "place": row.place,
        "revision": revision,
        "created": created,
        "before": before or {},
        "undone": None,
    }


def _checked(row: Row, check: Check) -> dict[str, Any]:
    try:
        return dict(check(row.fields)) if row.fields else {}
    except Invalid as error:
        name, problem = next(iter(error.problems.items()))
        raise Refused("invalid", _first_message(problem), column=name, value=row.cells.get(name, "")) from None


def _first_message(problem: Any) -> str:
    """Return the first of messages, which those of lists have by index."""
    while isinstance(problem, dict):
        problem = next(iter(problem.values()))
    return str(problem[0])


def _check_references(fields: Mapping[str, Any], target: Target) -> None:
    try:
        books.check(fields, by=target.by)
    except Unprocessable as error:
        name, problem = next(iter((error.errors or {})["json"].items()))
        raise Refused("invalid", _first_message(problem), column=name, value=str(fields[name])) from None


def _find(row: Row, fields: Mapping[str, Any], target: Target) -> StoredBook | None:
    """Return the book of a row: by its id, else by its ISBN, else one without, by title and authors."""
    if given := row.cells.get(ID, "").lower():
        found = ObjectId.is_valid(given) and books.STORED.find_one({"_id": ObjectId(given), "status": EXISTS})
        if not found:
            raise Refused("no_such_book", "There is no book with this id.", column=ID, value=given)
        return found
    if fields.get("isbn"):
        return books.STORED.find_one({"isbn": fields["isbn"], "status": EXISTS})
    return _find_work(fields, target)


def _find_work(fields: Mapping[str, Any], target: Target) -> StoredBook | None:
    title, authors = fields.get("title", ""), fields.get("authors", [])
    # Thousands of books may have the same title.
    folded_authors = searchable.fields({**NEW, "authors": authors})["folded"]["authors"]
    statuses = {"$in": [BookStatus.ACTIVE.value, BookStatus.ARCHIVED.value]}
    titled = {"status": statuses, "sort_title": title.casefold(), "folded.authors": folded_authors, "isbn": None}
    key = same_work(title, authors)
    found = books.STORED.find(titled | ({} if target.is_admin else {"created_by": target.by}), sort=[("_id", 1)])
    return next((each for each in found if same_work(each["title"], each["authors"]) == key), None)
