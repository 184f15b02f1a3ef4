"""The reading list of a course's draft; versions keep the one with which they were published."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import BookStatus, Course, CourseVersion
from learnstream.documents.course import CourseDraft, Module
from learnstream.documents.projection import Projection
from learnstream.documents.reading_list import ReadingEntry
from learnstream.errors.reading import InvalidReadingList
from learnstream.services.authoring import courses, outlines
from learnstream.services.books import cards
from learnstream.services.books.cards import Card


class GivenEntry(TypedDict):
    """An entry as an author gives it, complete."""

    book_id: str
    required: bool
    chapters: str
    note: str
    lesson_id: str | None


class LessonReading(TypedDict):
    """A book as outlines show it; `book` is None if it does not exist any more."""

    book_id: ObjectId
    book: Card | None
    required: bool
    chapters: str


class DescribedEntry(LessonReading):
    """A book of a reading list."""

    note: str
    lesson_id: ObjectId | None


class ListOfDraft(TypedDict):
    modules: list[Module]
    reading_list: list[ReadingEntry]


Readings = Mapping[ObjectId, list[DescribedEntry]]  # by lesson
LIST = Projection(Course, ListOfDraft)


def save(course_id: str, given: Sequence[GivenEntry], *, expect: Collection[int] | None = None) -> CourseDraft:
    """Replace the reading list of a course's draft.

    Raises:
        NotFound: there is no such course.
        InvalidReadingList: there is no such book, it is archived and not on the list yet, or no such lesson.
        EditConflict: see `courses.draft`.
    """
    course = courses.draft(course_id, expect=expect)
    if problems := dict(_problems(course, given)):
        raise InvalidReadingList(problems)
    return courses.change(course, {"$set": {"reading_list": [_stored(each) for each in given]}})


def of_draft(course: ListOfDraft) -> list[ReadingEntry]:
    """Return a draft's reading list as it would be published: without books that do not exist any more.

    Entries of lessons that the draft has no more belong to the whole course.
    """
    entries = course["reading_list"]
    present = set(outlines.lesson_ids(course["modules"]))
    known = cards.statuses(str(each["book_id"]) for each in entries) if entries else {}
    return [
        {**each, "lesson_id": each["lesson_id"] if each["lesson_id"] in present else None}
        for each in entries
        if str(each["book_id"]) in known
    ]


def of_lesson_draft(course_id: ObjectId | None, lesson_id: ObjectId) -> list[DescribedEntry]:
    """Return the books of a lesson in its course's draft."""
    found = LIST.find_one({"_id": course_id, "reading_list.lesson_id": lesson_id}) if course_id else None
    return by_lesson(of_draft(found)).get(lesson_id, []) if found else []


def describe(entries: Sequence[ReadingEntry]) -> list[DescribedEntry]:
    """Return entries as clients see them, each with its book."""
    known = _cards(entries)
    return [{**each, "book": known.get(str(each["book_id"]))} for each in entries]


def by_lesson(entries: Sequence[ReadingEntry]) -> Readings:
    """Return the entries that belong to lessons, by lesson."""
    found: dict[ObjectId, list[DescribedEntry]] = {}
    for each in describe([entry for entry in entries if entry["lesson_id"]]):
        if each["lesson_id"]:
            found.setdefault(each["lesson_id"], []).append(each)
    return found


def in_published_use(book_id: str) -> bool:
    """True if the reading list of a published version has the book."""
    return CourseVersion.collection().find_one({"reading_list.book_id": ObjectId(book_id)}, {"_id": 1}) is not None


def _cards(entries: Sequence[ReadingEntry]) -> Mapping[str, Card]:
    return cards.find([str(each["book_id"]) for each in entries]) if entries else {}


def _problems(course: CourseDraft, given: Sequence[GivenEntry]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield the errors of each entry, with its position."""
    statuses = cards.statuses(each["book_id"] for each in given) if given else {}
    kept = {str(each["book_id"]) for each in course["reading_list"]}
    present = {None, *map(str, outlines.lesson_ids(course["modules"]))}
    for place, each in enumerate(given):
        book = _problem_of_book(statuses.get(each["book_id"]), is_kept=each["book_id"] in kept)
        lesson = None if each["lesson_id"] in present else "The draft of this course does not have the lesson."
        problems = {name: [found] for name, found in (("book_id", book), ("lesson_id", lesson)) if found}
        if problems:
            yield str(place), problems


def _problem_of_book(status: str | None, *, is_kept: bool) -> str | None:
    if status is None:
        return "The book does not exist."
    if status == BookStatus.ARCHIVED and not is_kept:
        return "The book is archived: it can stay on a list, but not be added."
    return None


def _stored(given: GivenEntry) -> ReadingEntry:
    lesson_id = given["lesson_id"]
    return {**given, "book_id": ObjectId(given["book_id"]), "lesson_id": ObjectId(lesson_id) if lesson_id else None}
