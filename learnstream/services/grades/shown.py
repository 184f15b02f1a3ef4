"""Grades and totals as clients see them: plain numbers, and the words that explain them."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypedDict

from learnstream.models import GradeKind
from learnstream.services.grades import entries, explaining, gradebook
from learnstream.services.grades.entries import Mark
from learnstream.services.grades.gradebook import CategoryTotal, Part, Total
from learnstream.services.grades.grading import Category
from learnstream.services.grades.records import Record
from learnstream.services.grades.sheets import Sheet


class ShownTotal(TypedDict):
    """A total: None while nothing counts. `marked` lessons of `lesson_count` have a grade that is shown, or an excuse."""

    percent: float | None
    label: str | None
    passed: bool | None
    marked: int
    lesson_count: int


class Cell(TypedDict):
    """A grade in a table; see `entries.Mark` and `gradebook.Part`."""

    lesson_id: str
    part: str
    points: float | None
    max_points: float
    handed_in: bool
    awaiting: bool
    overridden: bool
    held: bool
    anonymous: bool


class CategoryCell(TypedDict):
    """The sums of what counts in a category; `weight_percent` is its share of the total."""

    id: str
    points: float
    max_points: float
    percent: float | None
    weight_percent: float


class Lateness(TypedDict):
    """How late what counts was handed in, and what that took, in percent, of how many points."""

    seconds: int
    percent: float
    points: float | None


class LessonGrade(Cell):
    """A grade, explained."""

    title: str
    kind: str
    percent: float | None
    category_id: str | None
    extra_credit: bool
    deadline_at: datetime | None
    late: Lateness | None
    explanation: str


class CategoryGrade(CategoryCell):
    """A category, explained."""

    title: str
    weight: float
    drop_lowest: int
    explanation: str


class ShownSheet(ShownTotal):
    """A learner's grades in a course, and how the total follows from them."""

    course_id: str
    version: int
    pass_percent: float
    explanation: list[str]
    categories: list[CategoryGrade]
    lessons: list[LessonGrade]


def total(found: Total) -> ShownTotal:
    """Return a total."""
    return {
        "percent": _number(found.percent),
        "label": found.label,
        "passed": found.passed,
        "marked": found.marked,
        "lesson_count": len(found.lessons),
    }


def cell(mark: Mark, part: Part) -> Cell:
    """Return a grade as tables show it."""
    entry = mark.entry
    return {
        "lesson_id": entry.lesson_id,
        "part": part.value,
        "points": _number(entry.points),
        "max_points": float(entry.max_points),
        "handed_in": mark.handed_in,
        "awaiting": mark.awaiting,
        "overridden": mark.overridden,
        "held": mark.held,
        "anonymous": mark.anonymous,
    }


def category(found: CategoryTotal, decimals: int) -> CategoryCell:
    """Return a category as tables show it."""
    return {
        "id": found.id,
        "points": float(found.points),
        "max_points": float(found.max_points),
        "percent": None if found.fraction is None else float(gradebook.percent(found.fraction, decimals)),
        "weight_percent": float(gradebook.percent(found.weight, decimals)),
    }


def sheet(found: Sheet) -> ShownSheet:
    """Return a learner's grades in a course, explained."""
    settings = found.scheme.grading
    lessons = zip(found.marks, found.total.lessons, strict=True)
    # Without categories in the settings, there is one for the sums, which is not shown.
    categories = zip(settings.categories, found.total.categories, strict=True) if settings.categories else ()
    return {
        "course_id": found.scheme.course_id,
        "version": found.scheme.number,
        **total(found.total),
        "pass_percent": float(settings.pass_fraction * 100),
        "explanation": explaining.total(found.total, settings),
        "categories": [_category(each, reached, settings.decimals) for each, reached in categories],
        "lessons": [_lesson(found, mark, each.part) for mark, each in lessons],
    }


def _category(category_of: Category, found: CategoryTotal, decimals: int) -> CategoryGrade:
    return {
        **category(found, decimals),
        "title": category_of.title,
        "weight": float(category_of.weight),
        "drop_lowest": category_of.drop_lowest,
        "explanation": explaining.category(found, category_of.title, decimals),
    }


def _lesson(found: Sheet, mark: Mark, part: Part) -> LessonGrade:
    lesson = mark.lesson
    return {
        **cell(mark, part),
        "title": lesson.title,
        "kind": (GradeKind.QUIZ if lesson.quiz else GradeKind.ASSIGNMENT).value,
        "percent": _percent(mark.entry.points, mark.entry.max_points, found.scheme.grading.decimals),
        "category_id": lesson.placement.category_id,
        "extra_credit": lesson.placement.extra_credit,
        "deadline_at": entries.deadline(lesson, found.seat),
        "late": _lateness(mark.late) if mark.late else None,
        "explanation": explaining.lesson(mark, part),
    }


def _lateness(record: Record) -> Lateness:
    return {
        "seconds": record.late_seconds,
        "percent": float(record.penalty or 0),
        "points": _number(record.raw_points),
    }


def _percent(points: Decimal | None, most: Decimal, decimals: int) -> float | None:
    if points is None or not most:
        return None
    return float(gradebook.percent(Fraction(points) / Fraction(most), decimals))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
