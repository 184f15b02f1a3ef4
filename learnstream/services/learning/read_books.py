"""The books of reading lists that learners have marked as read. Marks are the learners' own and complete nothing."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents.projection import Projection
from learnstream.documents.reading_list import Reading
from learnstream.errors import NotFound
from learnstream.errors.reading import NotOnReadingList
from learnstream.policies import entitlements
from learnstream.policies.seats import Seat
from learnstream.services.books import cards
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import ListedBook

Marks = Mapping[str, datetime]  # when books were marked as read, by book id


class Counts(TypedDict):
    """How many books the list of a learner's version has, and how many of them they have read."""

    book_count: int
    books_read: int
    required_books: int
    required_books_read: int


class ReadBook(TypedDict):
    """A book of a learner's list; `title` is None if it does not exist any more."""

    book_id: str
    title: str | None
    required: bool
    read_at: datetime | None


class ReadingProgress(Counts):
    books: list[ReadBook]


class StoredMarks(TypedDict):
    _id: str
    books: dict[str, datetime]


MARKS = Projection(Reading, StoredMarks)
NO_MARKS: Marks = {}


def prefetch_keys(*, user_id: int, course_id: str, book_id: str) -> list[str]:
    """Return the cache keys that marking a book reads."""
    return entitlements.seat_prefetch_keys(user_id=user_id, course_id=course_id)


def mark(seat: Seat, book_id: str) -> datetime:
    """Mark a book as read by a learner. Return when it was marked first. Idempotent.

    Raises:
        NotOnReadingList: the list of the learner's version does not have it.
    """
    _require_listed(seat, book_id)
    field = f"books.{book_id}"
    record = {"user_id": seat.user_id, "course_id": ObjectId(seat.course_id), field: {"$ifNull": [f"${field}", now()]}}
    found = Reading.collection().find_one_and_update(
        {"_id": _id(seat.user_id, seat.course_id)},
        [{"$set": record}],
        {field: 1},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    assert found is not None  # noqa: S101 - an upsert returns its document
    marked_at: datetime = found["books"][book_id]
    return marked_at


def unmark(seat: Seat, book_id: str) -> None:
    """Take back that a learner has read a book. Idempotent.

    Raises:
        NotOnReadingList: the list of the learner's version does not have it.
    """
    _require_listed(seat, book_id)
    Reading.collection().update_one({"_id": _id(seat.user_id, seat.course_id)}, {"$unset": {f"books.{book_id}": ""}})


def in_course(seat: Seat, listed: Sequence[ListedBook]) -> ReadingProgress:
    """Return what a learner has read of their list."""
    if not listed:
        return {**count(listed, NO_MARKS), "books": []}
    marks = marks_in(seat.user_id, [seat.course_id]).get(seat.course_id, NO_MARKS)
    known = cards.find([each.id for each in listed])
    return {
        **count(listed, marks),
        "books": [
            {
                "book_id": each.id,
                "title": known[each.id]["title"] if each.id in known else None,
                "required": each.required,
                "read_at": marks.get(each.id),
            }
            for each in listed
        ],
    }


def count(listed: Sequence[ListedBook], marks: Marks) -> Counts:
    """Return the counts of a list."""
    return {
        "book_count": len(listed),
        "books_read": sum(each.id in marks for each in listed),
        "required_books": sum(each.required for each in listed),
        "required_books_read": sum(each.required and each.id in marks for each in listed),
    }


def counts(course_id: str, versions: Mapping[int, int]) -> dict[int, Counts]:
    """Return the counts of learners of a course, whose versions are given by user id, in one query at most."""
    listed = _lists(course_id, set(versions.values()))
    readers = [user_id for user_id, number in versions.items() if listed[number]]
    found = dict.fromkeys(versions, NO_MARKS) | _marks_of(course_id, readers)
    return {user_id: count(listed[number], found[user_id]) for user_id, number in versions.items()}


def marks_in(user_id: int, course_ids: Collection[str]) -> dict[str, Marks]:
    """Return a learner's marks in courses, by course; courses without any are left out."""
    found = _find([_id(user_id, each) for each in course_ids])
    return {key.partition(":")[2]: marks for key, marks in found.items()}


def _marks_of(course_id: str, user_ids: Collection[int]) -> dict[int, Marks]:
    found = _find([_id(each, course_id) for each in user_ids])
    return {int(key.partition(":")[0]): marks for key, marks in found.items()}


def _find(ids: Sequence[str]) -> dict[str, Marks]:
    return {each["_id"]: each["books"] for each in MARKS.find({"_id": {"$in": ids}})} if ids else {}


def _id(user_id: int, course_id: str) -> str:
    return f"{user_id}:{course_id}"


def _require_listed(seat: Seat, book_id: str) -> None:
    if all(each.id != book_id for each in syllabus.get(seat.course_id, seat.course_version).books):
        raise NotOnReadingList()


def _lists(course_id: str, numbers: Collection[int]) -> dict[int, tuple[ListedBook, ...]]:
    """Return the lists of versions by number; one that does not exist has no books."""
    with suppress(NotFound):
        # Prefetch them in one query.
        syllabus.get_many({(course_id, number) for number in numbers})
    return {number: _listed(course_id, number) for number in numbers}


def _listed(course_id: str, number: int) -> tuple[ListedBook, ...]:
    try:
        return syllabus.get(course_id, number).books
    except NotFound:
        return ()
