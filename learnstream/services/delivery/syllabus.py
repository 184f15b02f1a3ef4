"""The syllabus of a published version: the data of its modules and lessons that learning needs.

Versions are immutable, so each process memoizes what it has read: building the syllabus of 100 lessons takes 0.3 ms, and
the round trip to Redis comes on top. The shared cache serves during an outage of MongoDB.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import orjson

from learnstream.documents import LessonKind
from learnstream.documents.course_version import VersionModule
from learnstream.documents.grading import StoredGrading
from learnstream.documents.projection import names_of
from learnstream.documents.reading_list import ReadingEntry
from learnstream.errors.authoring import NoSuchLesson
from learnstream.policies.gates import Gate
from learnstream.services.authoring import completion_rules, conditions, versions
from learnstream.services.authoring.completion_rules import Completion
from learnstream.services.authoring.conditions import PlainConditions, PlainLesson, PlainOutline
from learnstream.services.foundation.content import dump
from learnstream.stores import cache
from learnstream.stores.memo import Memo

TTL_SECONDS = 3600
# The number changes with the cached facts, because the previous release may still be running.
KEY = "syllabus:6"
MODULE_FIELDS = names_of(PlainConditions)
LESSON_FIELDS = names_of(PlainLesson)

known: Memo["Syllabus"] = Memo(1000)


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a published version."""

    id: str
    title: str
    lesson_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of a published version."""

    id: str
    title: str
    kind: LessonKind
    module_id: str
    free_preview: bool
    video_id: str | None
    document_id: str | None
    quiz_id: str | None
    assignment_id: str | None
    completion: Completion
    gate: Gate


@dataclass(frozen=True, slots=True)
class ListedBook:
    """A book of a version's reading list."""

    id: str
    required: bool


@dataclass(frozen=True)
class Syllabus:
    """The modules, lessons and books of a version, in order; `needs_grade`: completing it takes a grade, too."""

    course_id: str
    number: int
    modules: tuple[Module, ...]
    lessons: tuple[Lesson, ...]
    needs_grade: bool
    books: tuple[ListedBook, ...]

    def lesson(self, lesson_id: str) -> Lesson:
        """Return a lesson by id.

        Raises:
            NotFound: this version has no such lesson.
        """
        lesson = self.by_id.get(lesson_id)
        if lesson is None:
            raise NoSuchLesson()
        return lesson

    @cached_property
    def lesson_ids(self) -> tuple[str, ...]:
        """The lesson ids in order."""
        return tuple(lesson.id for lesson in self.lessons)

    @cached_property
    def by_id(self) -> Mapping[str, Lesson]:
        """The lessons by id."""
        return {lesson.id: lesson for lesson in self.lessons}


def get(course_id: str, number: int) -> Syllabus:
    """Return a version's syllabus.

    Raises:
        NotFound: the course has no version of that number.
    """
    return known.get_or_load(_key(course_id, number), lambda: _read(course_id, number))


def from_modules(
    course_id: str, number: int, modules: list[VersionModule], grading: StoredGrading | None = None
) -> Syllabus:
    """Return the syllabus of an unpublished version from its modules and its grading settings, without books."""
    return _build(course_id, number, orjson.loads(_pack(modules, grading, [])))


def get_many(wanted: Collection[tuple[str, int]]) -> dict[str, Syllabus]:
    """Return the syllabi of versions (course and number), by course, with as many queries as for one."""
    unknown = {_key(*version): version for version in wanted if known.get(_key(*version)) is None}
    for key, packed in cache.get_or_load_each(list(unknown), _load_many, ttl=TTL_SECONDS).items():
        known.put(key, _build(*unknown[key], orjson.loads(packed)))
    return {course_id: get(course_id, number) for course_id, number in wanted}


def _key(course_id: str, number: int) -> str:
    return f"{KEY}:{course_id}:{number}"


def _read(course_id: str, number: int) -> Syllabus:
    packed = cache.get_or_load(_key(course_id, number), lambda: _load(course_id, number), ttl=TTL_SECONDS)
    return _build(course_id, number, orjson.loads(packed))


def _load(course_id: str, number: int) -> bytes:
    version = versions.find(course_id, number)
    return _pack(version["modules"], version["grading"], version["reading_list"])


def _load_many(keys: Collection[str]) -> dict[str, bytes]:
    wanted = [(course_id, int(number)) for *_, course_id, number in (key.split(":") for key in keys)]
    return {
        _key(str(each["course_id"]), each["number"]): _pack(each["modules"], each["grading"], each["reading_list"])
        for each in versions.find_many(wanted)
    }


def _pack(modules: list[VersionModule], grading: StoredGrading | None, books: list[ReadingEntry]) -> bytes:
    # A `PlainOutline`, when it is read again.
    return dump(
        {
            "modules": [{**_part(MODULE_FIELDS, module), "lessons": _lessons(module)} for module in modules],
            "needs_grade": grading is not None and grading.get("completion_fraction") is not None,
            "books": [(each["book_id"], each["required"]) for each in books],
        }
    )


def _lessons(module: VersionModule) -> list[dict[str, object]]:
    return [_part(LESSON_FIELDS, lesson) for lesson in module["lessons"]]


def _part(names: Iterable[str], entry: Mapping[str, object]) -> dict[str, object]:
    return {name: entry[name] for name in names}


def _build(course_id: str, number: int, outline: PlainOutline) -> Syllabus:
    modules = outline["modules"]
    gates = conditions.gates(modules)
    lessons = [_lesson(module["id"], each, gates[each["id"]]) for module in modules for each in module["lessons"]]
    return Syllabus(
        course_id=course_id,
        number=number,
        modules=tuple(
            Module(module["id"], module["title"], tuple(lesson["id"] for lesson in module["lessons"]))
            for module in modules
        ),
        lessons=tuple(lessons),
        # Without graded lessons there is no grade to reach.
        needs_grade=outline["needs_grade"] and any(each.quiz_id or each.assignment_id for each in lessons),
        books=tuple(ListedBook(*each) for each in outline["books"]),
    )


def _lesson(module_id: str, lesson: PlainLesson, gate: Gate) -> Lesson:
    kind = LessonKind(lesson["kind"])
    return Lesson(
        id=lesson["id"],
        title=lesson["title"],
        kind=kind,
        module_id=module_id,
        free_preview=lesson["free_preview"],
        video_id=lesson["video_id"],
        document_id=lesson["document_id"],
        quiz_id=lesson["quiz_id"],
        assignment_id=lesson["assignment_id"],
        completion=completion_rules.resolve(kind, lesson["completion"]),
        gate=gate,
    )
