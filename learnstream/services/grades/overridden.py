"""A grade with its override, as the course's staff see it."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from bson import ObjectId

from learnstream.models import Grade, GradeKind
from learnstream.services.assignments import anonymity


class Shown(TypedDict):
    """A grade; the computed points are None for none, and while the learner's homework is marked anonymously.

    `points` are those that count: the override, if there is one. held: its learner does not see it yet.
    """

    user_id: int
    lesson_id: str
    kind: str
    points: Decimal | None
    max_points: Decimal | None
    computed_points: Decimal | None
    computed_max_points: Decimal | None
    excused: bool
    overridden: bool
    held: bool
    reason: str | None
    by: int | None
    at: datetime | None


def is_anonymous(grade: Grade) -> bool:
    """Return whether a computed grade is hidden from staff, because the learner's homework is marked anonymously."""
    if grade.kind is not GradeKind.ASSIGNMENT:
        return False
    return bool(anonymity.hidden([(ObjectId(grade.lesson_id), grade.user_id)]))


def shown(grade: Grade) -> Shown:
    """Return a grade as the course's staff see it after they have overridden it, or have undone that."""
    computed = (None, None) if is_anonymous(grade) else (grade.points, grade.max_points)
    is_overridden = grade.override_points is not None
    counting = (grade.override_points, grade.override_max_points) if is_overridden else computed
    points, most = (None, None) if grade.excused else counting
    return {
        "user_id": grade.user_id,
        "lesson_id": grade.lesson_id,
        "kind": grade.kind.value,
        "points": points,
        "max_points": most,
        "computed_points": computed[0],
        "computed_max_points": computed[1],
        "excused": grade.excused,
        "overridden": is_overridden,
        "held": grade.override_at is not None and grade.override_released_at is None,
        "reason": grade.override_reason,
        "by": grade.override_by,
        "at": grade.override_at,
    }
