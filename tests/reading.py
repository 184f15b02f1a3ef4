"""Helpers that make reading lists."""

from bson import ObjectId

from learnstream.documents import Book, BookStatus
from learnstream.services.authoring import publishing, reading
from learnstream.services.books import books
from learnstream.stores.sql import db
from tests.factories import CreatedCourse, Person

DEFAULTS = {"required": True, "chapters": "", "note": "", "lesson_id": None}


def listed(book, **fields) -> dict:
    """Return an entry of a reading list, as authors give it."""
    return {"book_id": str(book["_id"]), **DEFAULTS, **fields}


def put_list(course: CreatedCourse, *entries: dict) -> None:
    """Set the reading list of a course's draft."""
    reading.save(course.id, entries)


def publish_list(owner: Person, course: CreatedCourse, *entries: dict, **how) -> int:
    """Set a course's reading list and publish it. Return the number of the version."""
    put_list(course, *entries)
    version = publishing.publish(course_id=course.id, published_by=owner.id, **how).version
    db.session.commit()
    return version


def archive_book(book) -> None:
    Book.collection().update_one({"_id": book["_id"]}, {"$set": {"status": BookStatus.ARCHIVED.value}})
    books.invalidate(str(book["_id"]))


def delete_book(book) -> None:
    """Delete a book though lists may name it."""
    Book.collection().delete_one({"_id": ObjectId(book["_id"])})
    books.invalidate(str(book["_id"]))
