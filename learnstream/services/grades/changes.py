"""Changes of grades, with the entries of their history."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from learnstream.models import Grade, GradeCause, GradeChange
from learnstream.services.grades.results import Result


def apply(grade: Grade, result: Result, at: datetime) -> list[GradeChange]:
    """Give a locked grade its computed columns. Return the entries of its history: none if no points have changed."""
    entries = [*_entries(grade, result, at)]
    columns = asdict(result)
    if (grade.released_points, grade.released_max_points) == (result.released_points, result.released_max_points):
        columns["released_at"] = grade.released_at
    for name, value in columns.items():
        # What is assigned counts as changed.
        if getattr(grade, name) != value:
            setattr(grade, name, value)
    if grade.released_at and grade.override_at and grade.override_released_at is None:
        entries.append(show_override(grade, at))
    return entries


def counting(grade: Grade) -> Decimal | None:
    """Return the points of a grade that count for the staff; None for none, and in an excused lesson."""
    if grade.excused:
        return None
    return grade.points if grade.override_points is None else grade.override_points


def show_override(grade: Grade, at: datetime) -> GradeChange:
    """Let the learner see the override of a locked grade. Return the entry of its history."""
    grade.override_released_at = at
    points = {"before_points": grade.released_points, "after_points": counting(grade)}
    return entry(grade, GradeCause.RELEASED, at=at, shown=True, max_points=grade.override_max_points, **points)


def _entries(grade: Grade, result: Result, at: datetime) -> Iterator[GradeChange]:
    is_changed = (grade.points, grade.max_points) != (result.points, result.max_points)
    is_released = (grade.released_points, grade.released_max_points) != (
        result.released_points,
        result.released_max_points,
    )
    # What the learner sees at once is one change.
    at_once = is_released and (result.released_points, result.released_max_points) == (result.points, result.max_points)
    source: dict[str, Any] = {"source_id": result.source_id, "source_revision": result.source_revision}
    if is_changed:
        points = {"before_points": grade.points, "after_points": result.points, "max_points": result.max_points}
        yield entry(grade, _cause(grade, result), at=at, shown=at_once, **points, **source)
    if is_released and not (is_changed and at_once):
        points = {"before_points": grade.released_points, "after_points": result.released_points}
        most = {"max_points": result.released_max_points}
        yield entry(grade, GradeCause.RELEASED, at=at, shown=True, **points, **most, **source)


def _cause(grade: Grade, result: Result) -> GradeCause:
    is_same_work = grade.raw_points is not None and grade.raw_points == result.raw_points
    return GradeCause.LATENESS if is_same_work and grade.penalty != result.penalty else GradeCause.RESULT


def entry(grade: Grade, cause: GradeCause, **columns: Any) -> GradeChange:
    """Return the next entry of a locked grade's history, which must be added to the session."""
    grade.revision += 1
    return GradeChange(grade_id=grade.id, revision=grade.revision, cause=cause, **columns)
