"""What is graded in a published version of a course, and how its totals follow.

Versions are immutable, so each process memoizes what it has read. The shared cache serves during an outage of MongoDB.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from learnstream.documents.grading import Missing, StoredGrading
from learnstream.services.assessment import quizzes
from learnstream.services.assessment.quizzes import FrozenQuiz
from learnstream.services.assignments import frozen
from learnstream.services.assignments.frozen import FrozenAssignment
from learnstream.services.authoring import versions
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Lesson, Syllabus
from learnstream.services.grades.grading import PLAIN, Band, Category, Grading, Placement
from learnstream.stores import cache
from learnstream.stores.memo import Memo

TTL_SECONDS = 3600
# The number changes with the cached facts, because the previous release may still be running.
KEY = "grading:1"
NOT_PLACED = Placement(None)

Version = tuple[str, int]  # a course and the number of one of its versions

known: Memo["Scheme"] = Memo(1000)


@dataclass(frozen=True, slots=True)
class GradedLesson:
    """A lesson that is graded: with a quiz, or with an assignment. Without categories, it is in none."""

    id: str
    title: str
    quiz: FrozenQuiz | None
    assignment: FrozenAssignment | None
    max_points: Decimal
    placement: Placement


@dataclass(frozen=True, slots=True)
class Scheme:
    """The grading settings of a version, and its graded lessons in order."""

    course_id: str
    number: int
    grading: Grading
    lessons: tuple[GradedLesson, ...]


def of(course_id: str, number: int) -> Scheme:
    """Return the scheme of a version.

    Raises:
        NotFound: the course has no version of that number.
    """
    return of_many({(course_id, number)})[course_id, number]


def of_many(wanted: Collection[Version]) -> dict[Version, Scheme]:
    """Return the schemes of versions.

    The number of queries does not depend on the number of courses, of each of which at most one version should be asked.
    """
    unknown = {version for version in wanted if known.get(_key(version)) is None}
    for version, scheme in _read(unknown).items() if unknown else ():
        known.put(_key(version), scheme)
    return {version: known.get_or_load(_key(version), lambda each=version: _read({each})[each]) for version in wanted}  # type: ignore[misc]


def _key(version: Version) -> str:
    course_id, number = version
    return f"{KEY}:{course_id}:{number}"


def _read(wanted: Collection[Version]) -> dict[Version, Scheme]:
    syllabus.get_many(wanted)
    outlines = {version: syllabus.get(*version) for version in wanted}
    lessons = [lesson for outline in outlines.values() for lesson in outline.lessons]
    frozen_quizzes = quizzes.frozen_many([lesson.quiz_id for lesson in lessons if lesson.quiz_id])
    assignments = frozen.frozen_many([lesson.assignment_id for lesson in lessons if lesson.assignment_id])
    gradings = cache.get_or_load_each([_key(each) for each in wanted], _load, ttl=TTL_SECONDS)
    return {
        version: _scheme(outline, grading(orjson.loads(gradings[_key(version)])), frozen_quizzes, assignments)
        for version, outline in outlines.items()
    }


def _load(keys: Collection[str]) -> dict[str, bytes]:
    wanted = [(course_id, int(number)) for *_, course_id, number in (key.split(":") for key in keys)]
    return {
        # Decimals as text.
        _key((str(each["course_id"]), each["number"])): orjson.dumps(each["grading"], default=str)
        for each in versions.find_gradings(wanted)
    }


def grading(stored: StoredGrading | dict[str, Any] | None) -> Grading:
    """Return settings as the gradebook computes with them, from what is stored or cached."""
    if not stored:
        return PLAIN
    required = stored.get("completion_fraction")
    return Grading(
        categories=tuple(
            Category(each["id"], each["title"], Decimal(str(each["weight"])), each["drop_lowest"])
            for each in stored["categories"]
        ),
        lessons={
            lesson_id: Placement(each["category_id"], each["extra_credit"])
            for lesson_id, each in stored["lessons"].items()
        },
        missing=Missing(stored["missing"]),
        pass_fraction=Decimal(str(stored["pass_fraction"])),
        completion_fraction=None if required is None else Decimal(str(required)),
        scale=tuple(Band(each["label"], Decimal(str(each["from"]))) for each in stored["scale"]),
        decimals=stored["decimals"],
    )


def _scheme(
    outline: Syllabus,
    settings: Grading,
    frozen_quizzes: dict[str, FrozenQuiz],
    assignments: dict[str, FrozenAssignment],
) -> Scheme:
    lessons = [
        _lesson(
            lesson,
            frozen_quizzes[lesson.quiz_id] if lesson.quiz_id else None,
            assignments[lesson.assignment_id] if lesson.assignment_id else None,
            settings,
        )
        for lesson in outline.lessons
        if lesson.quiz_id or lesson.assignment_id
    ]
    return Scheme(outline.course_id, outline.number, settings, tuple(lessons))


def _lesson(
    lesson: Lesson, quiz: FrozenQuiz | None, assignment: FrozenAssignment | None, settings: Grading
) -> GradedLesson:
    points = assignment.points if assignment else quiz.max_points if quiz else Decimal(0)
    placement = settings.lessons.get(lesson.id, NOT_PLACED)
    return GradedLesson(lesson.id, lesson.title, quiz, assignment, points, placement)
