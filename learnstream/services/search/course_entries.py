"""The entries of a course and of the lessons in its current version."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Course, CourseStatus, LessonVersion
from learnstream.documents.course_version import VersionLesson
from learnstream.documents.projection import Projection
from learnstream.documents.search_entry import FoundKind, StoredEntry
from learnstream.services.authoring import versions
from learnstream.services.search import ranks, tokens

FORMAT = 1  # incremented when entries of the same courses become different ones
STATES = [CourseStatus.PUBLISHED.value, CourseStatus.ARCHIVED.value]


class Described(TypedDict):
    """What a course is found by."""

    title: str
    summary: str
    description: str
    subject: str
    subject_id: int | None
    tags: list[str]
    language: str


class Stated(TypedDict):
    """A course, as far as its entries change with it."""

    _id: ObjectId
    status: str
    current_version: int
    published: Described
    published_at: datetime


class Written(TypedDict):
    _id: ObjectId
    body: str


COURSES = Projection(Course, Stated)
BODIES = Projection(LessonVersion, Written)


def find(course_ids: Collection[ObjectId]) -> list[Stated]:
    """Return those of the courses that are found: published or archived ones."""
    return COURSES.find({"_id": {"$in": list(course_ids)}, "status": {"$in": STATES}, "current_version": {"$gt": 0}})


def source_of(course: Stated) -> str:
    """Return what identifies the state of a course that its entries were computed from."""
    shown = course["published"]
    return f"{FORMAT}:{course['current_version']}:{course['status']}:{shown['subject_id']}:{shown['subject']}"


def build(courses: Sequence[Stated]) -> list[StoredEntry]:
    """Return the entries of courses and their lessons."""
    lessons = _lessons(courses)
    bodies = _bodies([lesson for each in lessons.values() for lesson in each])
    return [
        entry
        for course in courses
        for entry in (
            _course(course),
            *(_lesson(course, each, bodies) for each in lessons.get(course["_id"], ())),
        )
    ]


def _lessons(courses: Sequence[Stated]) -> dict[ObjectId, list[VersionLesson]]:
    found = versions.find_many([(str(course["_id"]), course["current_version"]) for course in courses])
    return {
        version["course_id"]: [lesson for module in version["modules"] for lesson in module["lessons"]]
        for version in found
    }


def _bodies(lessons: Iterable[VersionLesson]) -> dict[ObjectId, str]:
    return {
        each["_id"]: each["body"]
        for each in BODIES.find({"_id": {"$in": [lesson["version_id"] for lesson in lessons]}})
    }


def _course(course: Stated) -> StoredEntry:
    shown = course["published"]
    labels = [shown["title"], *shown["tags"], shown["subject"]]
    found = [
        *tokens.of_title(shown["title"]),
        *tokens.of_labels(labels),
        *tokens.of_text([*labels, shown["summary"], shown["description"]]),
    ]
    return _entry(course, FoundKind.COURSE, course["_id"], None, shown["title"], found, [])


def _lesson(course: Stated, lesson: VersionLesson, bodies: dict[ObjectId, str]) -> StoredEntry:
    title, body = lesson["title"], bodies.get(lesson["version_id"], "")
    named = [*tokens.of_title(title), *tokens.of_labels([title])]
    for_all, for_readers = tokens.of_text([title, lesson["summary"]]), tokens.of_text([title, lesson["summary"], body])
    if lesson["free_preview"]:
        for_all = for_readers
    own = [*(each for each in named if each.startswith("p")), *for_readers] if for_readers != for_all else []
    # Everything of an archived course is for those who may still read it.
    if course["status"] == CourseStatus.ARCHIVED:
        for_all = for_readers
    return _entry(course, FoundKind.LESSON, lesson["id"], lesson["version_id"], title, [*named, *for_all], own)


def _entry(
    course: Stated,
    kind: FoundKind,
    thing_id: ObjectId,
    version_id: ObjectId | None,
    title: str,
    found_by: list[str],
    own: list[str],
) -> StoredEntry:
    shown = course["published"]
    filters = [*tokens.of_language(shown["language"]), *tokens.of_subject(shown["subject_id"])]
    is_archived = course["status"] == CourseStatus.ARCHIVED
    entry: StoredEntry = {
        "_id": thing_id,
        "kind": kind.value,
        "course_id": course["_id"],
        "version": course["current_version"],
        "version_id": version_id,
        "title": title,
        "rank": ranks.of(kind, course["published_at"]),
        "terms": [] if is_archived else [*found_by, *filters],
        "source": source_of(course),
    }
    if restricted := found_by if is_archived else own:
        entry["own"] = [*restricted, *filters]
    return entry
