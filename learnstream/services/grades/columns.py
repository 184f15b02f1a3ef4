"""The columns of a course's gradebook: the graded lessons and categories of all versions that learners have."""

from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import select

from learnstream.models import Enrollment, GradeKind
from learnstream.services.authoring import courses
from learnstream.services.grades import schemes
from learnstream.services.grades.schemes import GradedLesson, Scheme
from learnstream.stores.sql import db


class LessonColumn(TypedDict):
    """A graded lesson, as in the latest version that has it."""

    lesson_id: str
    title: str
    kind: str
    max_points: float
    category_id: str | None
    extra_credit: bool
    anonymous: bool


class CategoryColumn(TypedDict):
    """A category, as in the latest version that has it."""

    id: str
    title: str
    weight: float
    drop_lowest: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a gradebook: those of the current version first, in its order."""

    categories: list[CategoryColumn]
    lessons: list[LessonColumn]


def of(course_id: str) -> Columns:
    """Return the columns of a course's gradebook; none before the first publication."""
    used = select(Enrollment.course_version).where(Enrollment.course_id == course_id).distinct()
    current = courses.view(course_id).current_version
    numbers = sorted({*db.session.scalars(used), *([current] if current else [])}, reverse=True)
    found = [schemes.of(course_id, number) for number in numbers]
    lessons = {each.id: each for scheme in reversed(found) for each in scheme.lessons}
    return Columns(_categories(found), [_lesson(lessons[each]) for each in _ordered(found)])


def _ordered(found: list[Scheme]) -> list[str]:
    return list(dict.fromkeys(each.id for scheme in found for each in scheme.lessons))


def _categories(found: list[Scheme]) -> list[CategoryColumn]:
    latest = {each.id: each for scheme in reversed(found) for each in scheme.grading.categories}
    ordered = dict.fromkeys(each.id for scheme in found for each in scheme.grading.categories)
    return [
        {
            "id": each.id,
            "title": each.title,
            "weight": float(each.weight),
            "drop_lowest": each.drop_lowest,
        }
        for each in (latest[category_id] for category_id in ordered)
    ]


def _lesson(lesson: GradedLesson) -> LessonColumn:
    return {
        "lesson_id": lesson.id,
        "title": lesson.title,
        "kind": (GradeKind.QUIZ if lesson.quiz else GradeKind.ASSIGNMENT).value,
        "max_points": float(lesson.max_points),
        "category_id": lesson.placement.category_id,
        "extra_credit": lesson.placement.extra_credit,
        "anonymous": lesson.assignment is not None and lesson.assignment.anonymous,
    }
