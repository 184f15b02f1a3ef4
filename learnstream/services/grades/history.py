"""How a grade came to change, as the staff and as its learner see it."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from sqlalchemy import ColumnElement, select

from learnstream.models import Grade, GradeCause, GradeChange, GradeKind
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation.lists import rows_of
from learnstream.services.grades import overridden
from learnstream.services.grades.score_visibility import shows_score
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

# In the order of the index: of one grade.
LATEST = Columns((GradeChange.grade_id, GradeChange.revision), descending=True)
PERSONAL = (GradeCause.OVERRIDDEN, GradeCause.EXCUSED, GradeCause.CLEARED)
EMPTY: Found[GradeChange] = Found([], total=0)


class Change(TypedDict):
    """A change of a grade; None for what the reader may not see, and where there is nothing to see.

    shown: its learner may see it; of a quiz, as far as its review policy lets them see the score.
    """

    at: datetime
    cause: str
    by: int | None
    before_points: Decimal | None
    points: Decimal | None
    max_points: Decimal | None
    reason: str | None
    source_id: str | None
    shown: bool


def to_staff(*, course_id: str, user_id: int, lesson_id: str, part: Part) -> Found[Change]:
    """Return a part of the changes of a grade, the latest one first.

    While the learner's homework is marked anonymously, only what was done to them by name, without computed points.

    Raises:
        NoSuchSeat: the course has no such learner.
    """
    enrollments.find(user_id=user_id, course_id=course_id)
    grade = _grade(course_id, user_id, lesson_id)
    if grade is None:
        return EMPTY.showing([])
    is_hidden = overridden.is_anonymous(grade)
    found = _changes(grade, part, *([GradeChange.cause.in_(PERSONAL)] if is_hidden else []))
    return found.showing([_to_staff(each, is_hidden=is_hidden) for each in found.entries])


def to_learner(*, course_id: str, user_id: int, lesson_id: str, part: Part) -> Found[Change]:
    """Return a part of the changes of a learner's own grade that they may see, the latest one first.

    Raises:
        NoSuchSeat: they are not enrolled in the course.
    """
    enrollments.find(user_id=user_id, course_id=course_id)
    grade = _grade(course_id, user_id, lesson_id)
    if grade is None or (grade.kind is GradeKind.QUIZ and not shows_score(course_id, user_id, lesson_id)):
        return EMPTY.showing([])
    found = _changes(grade, part, GradeChange.shown.is_(True))
    return found.showing([_to_learner(each) for each in found.entries])


def _grade(course_id: str, user_id: int, lesson_id: str) -> Grade | None:
    of_learner = (Grade.user_id == user_id, Grade.lesson_id == lesson_id, Grade.course_id == course_id)
    return db.session.scalar(select(Grade).where(*of_learner))


def _changes(grade: Grade, part: Part, *which: ColumnElement[bool]) -> Found[GradeChange]:
    return rows_of(select(GradeChange).where(GradeChange.grade_id == grade.id, *which), LATEST, part)


def _to_staff(change: GradeChange, *, is_hidden: bool) -> Change:
    shown = _shown(change)
    if is_hidden:
        shown["before_points"] = shown["source_id"] = None
        _keep_set_points(shown, change)
    return shown


def _to_learner(change: GradeChange) -> Change:
    shown = _shown(change)
    # What the points were before, and are again once an override is undone, may have been held back; so may the result
    # that is now the best one for staff.
    shown["by"] = shown["before_points"] = shown["source_id"] = None
    _keep_set_points(shown, change)
    return shown


def _keep_set_points(shown: Change, change: GradeChange) -> None:
    """Leave out the points that count again once an override is undone; without points, also of how many."""
    if change.cause is GradeCause.CLEARED or change.after_points is None:
        shown["points"] = shown["max_points"] = None


def _shown(change: GradeChange) -> Change:
    return {
        "at": change.at,
        "cause": change.cause.value,
        "by": change.by,
        "before_points": change.before_points,
        "points": change.after_points,
        "max_points": change.max_points,
        "reason": change.reason,
        "source_id": change.source_id,
        "shown": change.shown,
    }
