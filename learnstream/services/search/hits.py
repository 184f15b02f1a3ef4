"""Hits: what clients are shown of the entries that were found, with the piece of text that matched."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Book, Course, LessonVersion
from learnstream.documents.projection import Projection
from learnstream.documents.search_entry import FoundKind
from learnstream.services.search.finding import Match
from learnstream.services.search.query import Tier
from learnstream.text import excerpts
from learnstream.text.excerpts import Piece
from learnstream.text.search_terms import Term


class Hit(TypedDict):
    """What was found; `version` is that of the course, and `is_own` is set if not everybody finds it."""

    kind: str
    id: str
    course_id: str | None
    title: str
    snippet: list[Piece]
    path: str
    version: int
    is_own: bool


class CourseTexts(TypedDict):
    title: str
    summary: str
    description: str
    subject: str
    tags: list[str]


class PublishedTexts(TypedDict):
    _id: ObjectId
    published: CourseTexts


class LessonTexts(TypedDict):
    _id: ObjectId
    summary: str
    free_preview: bool
    body: str


class BookTexts(TypedDict):
    _id: ObjectId
    subtitle: str
    authors: list[str]
    tags: list[str]
    publisher: str
    description: str


COURSES = Projection(Course, PublishedTexts)
LESSONS = Projection(LessonVersion, LessonTexts)
BOOKS = Projection(Book, BookTexts)
PATHS = {FoundKind.COURSE: "courses", FoundKind.LESSON: "lessons", FoundKind.BOOK: "books"}


def of(matches: Sequence[Match], terms: Sequence[Term]) -> list[Hit]:
    """Return the hits of what was found."""
    texts = _texts(matches)
    return [_hit(match, [match.entry["title"], *texts.get(match.entry["_id"], ())], terms) for match in matches]


def _hit(match: Match, texts: Sequence[str], terms: Sequence[Term]) -> Hit:
    entry = match.entry
    kind, thing_id = FoundKind(entry["kind"]), str(entry["_id"])
    return {
        "kind": kind.value,
        "id": thing_id,
        "course_id": str(entry["course_id"]) if entry["course_id"] else None,
        "title": entry["title"],
        "snippet": excerpts.best(texts, terms),
        "path": f"/{PATHS[kind]}/{thing_id}",
        "version": entry["version"],
        "is_own": match.is_own,
    }


def _texts(matches: Sequence[Match]) -> dict[ObjectId, list[str]]:
    """Return the texts besides the titles, of what its title alone was not found by."""
    deeper = [match for match in matches if match.tier >= Tier.LABELS]
    lessons = [match for match in deeper if match.entry["version_id"]]
    return {
        **_course_texts(_ids(deeper, FoundKind.COURSE)),
        **_lesson_texts({match.entry["version_id"]: match for match in lessons}),
        **_book_texts(_ids(deeper, FoundKind.BOOK)),
    }


def _ids(matches: Sequence[Match], kind: FoundKind) -> list[ObjectId]:
    return [match.entry["_id"] for match in matches if match.entry["kind"] == kind]


def _course_texts(ids: Collection[ObjectId]) -> dict[ObjectId, list[str]]:
    found = COURSES.find({"_id": {"$in": list(ids)}}) if ids else []
    return {
        each["_id"]: [
            ", ".join([*shown["tags"], shown["subject"]]),
            shown["summary"],
            shown["description"],
        ]
        for each in found
        for shown in (each["published"],)
    }


def _lesson_texts(matches: Mapping[ObjectId | None, Match]) -> dict[ObjectId, list[str]]:
    found = LESSONS.find({"_id": {"$in": list(matches)}}) if matches else []
    return {
        matches[each["_id"]].entry["_id"]: [
            each["summary"],
            # The text of a lesson is shown to those alone who found it by being a reader.
            each["body"] if each["free_preview"] or matches[each["_id"]].is_own else "",
        ]
        for each in found
    }


def _book_texts(ids: Collection[ObjectId]) -> dict[ObjectId, list[str]]:
    found = BOOKS.find({"_id": {"$in": list(ids)}}) if ids else []
    return {
        each["_id"]: [
            each["subtitle"],
            ", ".join([*each["authors"], *each["tags"], each["publisher"]]),
            each["description"],
        ]
        for each in found
    }
