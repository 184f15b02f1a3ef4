"""Published versions of courses: immutable, apart from the states of their videos and documents."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Course, CourseStatus, CourseVersion, LessonVersion
from learnstream.documents.course import PublicationRecord, PublishedMetadata
from learnstream.documents.course_version import StoredVersion, VersionModule
from learnstream.documents.grading import StoredGrading
from learnstream.documents.lesson import ShownContent, StoredContent
from learnstream.documents.projection import Projection, pick
from learnstream.documents.reading_list import ReadingEntry
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson, NoSuchVersion
from learnstream.services.assignments import summaries
from learnstream.services.authoring import completion_rules, lesson_media, reading
from learnstream.services.authoring.lesson_media import ShownMedia
from learnstream.services.authoring.reading import DescribedEntry, LessonReading
from learnstream.services.foundation.content import Content, pack, unpack
from learnstream.stores import cache
from learnstream.stores.keyset import Found, Part, latest
from learnstream.stores.memo import Memo

# A version never changes, but its videos become ready: a short TTL shows that soon.
TTL_SECONDS = 15


class ListedVersion(TypedDict):
    """A version's outline, grading settings and reading list."""

    course_id: ObjectId
    number: int
    modules: list[VersionModule]
    grading: StoredGrading | None
    reading_list: list[ReadingEntry]


class GradedVersion(TypedDict):
    """A version's grading settings."""

    course_id: ObjectId
    number: int
    grading: StoredGrading | None


class VersionNumber(TypedDict):
    number: int


class VersionId(VersionNumber):
    version_id: ObjectId


class Numbered(TypedDict):
    """The ids of a course's versions."""

    _id: ObjectId
    versions: list[VersionId]


class History(TypedDict):
    """A course's publications."""

    versions: list[PublicationRecord]
    current_version: int


VERSION = Projection(CourseVersion, StoredVersion)
OUTLINE = Projection(CourseVersion, ListedVersion)
GRADED = Projection(CourseVersion, GradedVersion)
NUMBER = Projection(CourseVersion, VersionNumber)
NUMBERED = Projection(Course, Numbered)
HISTORY = Projection(Course, History)
CONTENT = Projection(LessonVersion, StoredContent)


class Place(TypedDict):
    """A lesson's module in an outline; positions count from 1."""

    id: str
    title: str
    position: int


class LessonEntry(ShownContent, ShownMedia):
    """A lesson in an outline."""

    id: ObjectId
    module: Place | None
    position: int | None
    completion: completion_rules.Described
    reading: Sequence[LessonReading]


class Publication(TypedDict):
    """When and how a version was published."""

    number: int
    published_at: datetime
    published_by: int
    note: str
    learners: str


class HistoryEntry(PublicationRecord):
    current: bool


class DescribedVersion(PublishedMetadata, Publication):
    """A version as its authors see it."""

    current: bool
    lessons: list[LessonEntry]
    reading_list: list[DescribedEntry]


# The version of each course whose outline was last read. A hint for prefetching: seats may be on other versions. Saves a
# round trip to Redis: 55 µs of CPU, of 280 for an outline.
last_shown: Memo[int] = Memo(20_000)


def find(course_id: str, number: int) -> StoredVersion:
    """Return a published version.

    Raises:
        NotFound: the course has no version of that number.
    """
    # Concurrent publishers may have written versions of the same number: the one that the course names is valid.
    record = {"$first": {"$filter": {"input": "$versions", "cond": {"$eq": ["$$this.number", number]}}}}
    found = Course.collection().aggregate(
        [
            {"$match": {"_id": ObjectId(course_id), "status": {"$ne": CourseStatus.DELETED.value}}},
            {"$project": {"record": record}},
            {
                "$lookup": {
                    "from": "course_versions",
                    "localField": "record.version_id",
                    "foreignField": "_id",
                    "as": "version",
                }
            },
            {"$unwind": "$version"},
            {"$replaceRoot": {"newRoot": "$version"}},
        ]
    )
    version = next(found, None)
    if version is None:
        raise NoSuchVersion()
    return VERSION.complete(version)


def find_many(wanted: Collection[tuple[str, int]]) -> list[ListedVersion]:
    """Return those of the versions (course and number) that exist, without their media, in two queries."""
    return OUTLINE.find({"_id": {"$in": ids(wanted)}})


def find_gradings(wanted: Collection[tuple[str, int]]) -> list[GradedVersion]:
    """Return the grading settings of those of the versions (course and number) that exist, in two queries."""
    return GRADED.find({"_id": {"$in": ids(wanted)}})


def ids(wanted: Collection[tuple[str, int]]) -> list[ObjectId]:
    """Return the ids of those of the versions (course and number) that exist, in one query."""
    courses_of = {"_id": {"$in": [ObjectId(course_id) for course_id, _ in wanted]}}
    versions = {*wanted}
    return [
        record["version_id"]
        for course in NUMBERED.find(courses_of)
        for record in course["versions"]
        if (str(course["_id"]), record["number"]) in versions
    ]


def latest_containing(course_id: str, lesson_id: str) -> int:
    """Return the number of the latest version that has a lesson.

    Raises:
        NotFound: no version has it.
    """
    having = {"course_id": ObjectId(course_id), "lesson_ids": ObjectId(lesson_id)}
    version = NUMBER.find_one(having, sort=[("number", -1)])
    if version is None:
        raise NoSuchLesson()
    return version["number"]


def describe(course_id: str, number: int, *, current: int) -> DescribedVersion:
    """Return a published version as its authors see it, with its lessons as one list; `current` is the current version.

    Raises:
        NotFound: the course has no version of that number.
    """
    version = find(course_id, number)
    return {
        **version["course"],
        **pick(Publication, version),
        "current": number == current,
        "lessons": flatten(version["modules"], version["reading_list"]),
        "reading_list": reading.describe(version["reading_list"]),
    }


def history(course_id: str, *, part: Part) -> Found[HistoryEntry]:
    """Return a page of a course's publications, newest first.

    Raises:
        NotFound: there is no such course.
    """
    course = HISTORY.find_one({"_id": ObjectId(course_id), "status": {"$ne": CourseStatus.DELETED.value}})
    if course is None:
        raise NoSuchCourse()
    current = course["current_version"]
    records: list[HistoryEntry] = [{**record, "current": record["number"] == current} for record in course["versions"]]
    return latest(records, lambda record: (record["number"],), part)


def lesson(course_id: str, number: int, lesson_id: str) -> Content:
    """Return a lesson of a version. The content's facts: `kind`, `free_preview`, `video_id`, `completion`.

    Raises:
        NotFound: that version has no such lesson.
    """
    packed = cache.get_or_load(
        f"lesson:{lesson_id}:{number}",
        lambda: _load_lesson(course_id, number, ObjectId(lesson_id)),
        ttl=TTL_SECONDS,
    )
    return unpack(packed)


def outline(course_id: str, number: int) -> Content:
    """Return a version's lessons as one flat list in outline order.

    Raises:
        NotFound: the course has no version of that number.
    """
    packed = cache.get_or_load(
        _outline_key(course_id, number), lambda: _load_outline(course_id, number), ttl=TTL_SECONDS
    )
    last_shown.put(course_id, number)
    return unpack(packed)


def outline_prefetch_keys(course_id: str) -> list[str]:
    """Return the cache keys that `outline` will probably read, as far as this process knows."""
    number = last_shown.get(course_id)
    return [_outline_key(course_id, number)] if number else []


def _outline_key(course_id: str, number: int) -> str:
    return f"outline:{course_id}:{number}"


def _load_outline(course_id: str, number: int) -> bytes:
    version = find(course_id, number)
    return pack(flatten(version["modules"], version["reading_list"]))


def flatten(modules: list[VersionModule], reading_list: list[ReadingEntry]) -> list[LessonEntry]:
    """Return the lessons of modules as one list, each with its module, its position and its books."""
    media, readings = lesson_media.of_modules(modules), reading.by_lesson(reading_list)
    return [
        {
            "id": lesson["id"],
            **pick(ShownContent, lesson),
            "module": {"id": module["id"], "title": module["title"], "position": module_position},
            "position": position,
            "completion": completion_rules.describe(lesson),
            "reading": [pick(LessonReading, each) for each in readings.get(lesson["id"], ())],
            **lesson_media.shown(lesson, media),
        }
        for module_position, module in enumerate(modules, start=1)
        for position, lesson in enumerate(module["lessons"], start=1)
    ]


def _load_lesson(course_id: str, number: int, lesson_id: ObjectId) -> bytes:
    version = find(course_id, number)
    if lesson_id not in version["lesson_ids"]:
        raise NoSuchLesson()
    entry = next(entry for entry in flatten(version["modules"], []) if entry["id"] == lesson_id)
    content = _content(version["modules"], lesson_id)
    own = {
        "course_id": course_id,
        "version": number,
        "body": content["body"],
        "reading": reading.by_lesson(version["reading_list"]).get(lesson_id, []),
        "assignment": summaries.whole(content["assignment_id"]),
        "updated_at": content["updated_at"],
    }
    return pack(
        {**entry, **own},
        kind=content["kind"],
        free_preview=content["free_preview"],
        video_id=content["video_id"],
        completion=content["completion"],
    )


def _content(modules: list[VersionModule], lesson_id: ObjectId) -> StoredContent:
    version_id = next(
        lesson["version_id"] for module in modules for lesson in module["lessons"] if lesson["id"] == lesson_id
    )
    content = CONTENT.find_one({"_id": version_id})
    if content is None:
        raise NoSuchLesson()
    return content
