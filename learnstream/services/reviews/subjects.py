"""What is reviewed, courses and books: where their ratings are stored, and what shows them."""

from dataclasses import dataclass
from typing import Any, TypedDict

from bson import ObjectId
from pymongo import ReadPreference, WriteConcern
from pymongo.collection import Collection

from learnstream.documents import Course, SubjectKind
from learnstream.documents.base import Document
from learnstream.documents.book import Book
from learnstream.documents.projection import Projection
from learnstream.documents.rating import Rating, unrated
from learnstream.services.authoring import courses
from learnstream.services.books import books
from learnstream.stores import cache


class Rated(TypedDict):
    rating: Rating


PRIMARY = ReadPreference.PRIMARY
# The reviews themselves are written durably before. Should what follows be lost in a crash, it is done again.
FAST = WriteConcern(w=1, j=False)
DOCUMENTS: dict[SubjectKind, type[Document]] = {SubjectKind.COURSE: Course, SubjectKind.BOOK: Book}
RATINGS = {kind: Projection(document, Rated) for kind, document in DOCUMENTS.items()}


@dataclass(frozen=True, slots=True)
class Subject:
    """A course or a book."""

    kind: SubjectKind
    id: str

    @property
    def query(self) -> dict[str, ObjectId]:
        """The filter of its reviews."""
        return {"subject_id": ObjectId(self.id)}

    @property
    def group(self) -> str:
        """The cache group of the lists of its reviews."""
        return f"reviews:{self.id}"


def course(course_id: str) -> Subject:
    return Subject(SubjectKind.COURSE, course_id)


def book(book_id: str) -> Subject:
    return Subject(SubjectKind.BOOK, book_id)


def rating(subject: Subject) -> Rating:
    """Return the rating that is stored with a subject; that of a subject that was deleted is empty."""
    projection = RATINGS[subject.kind]
    found = _stored(subject).find_one({"_id": ObjectId(subject.id)}, projection.fields)
    return projection.complete(found)["rating"] if found else unrated()


def replace_rating(subject: Subject, rating: Rating, *, version: int) -> bool:
    """Store a rating, unless the stored one has another version; return whether that was done.

    It does not count as a change of what it is stored with. A subject that was deleted needs no rating.
    """
    unchanged = {"$in": [version, None]} if version == 0 else version
    stored, which = _stored(subject), {"_id": ObjectId(subject.id)}
    changed = stored.update_one({**which, "rating.version": unchanged}, {"$set": {"rating": rating}}).matched_count
    return bool(changed) or not stored.count_documents(which)


def _stored(subject: Subject) -> Collection[Any]:
    # A secondary may lag behind what was counted.
    return DOCUMENTS[subject.kind].collection().with_options(read_preference=PRIMARY, write_concern=FAST)


def reviews_changed(subject: Subject) -> None:
    """Invalidate the cached lists of a subject's reviews."""
    cache.invalidate(subject.group)


def rating_changed(subject: Subject) -> None:
    """Invalidate all that is cached with the rating of a subject, and the lists of its reviews."""
    shown = {
        SubjectKind.COURSE: (courses.public_key(subject.id), courses.CATALOGUE),
        SubjectKind.BOOK: (books.public_key(subject.id), books.BOOKS),
    }
    cache.invalidate(subject.group, *shown[subject.kind])
