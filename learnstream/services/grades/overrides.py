"""Overrides: what the course's staff set in place of a computed grade, which goes on being computed.

An override lasts until it is undone. Its learner sees it at once, unless the grade is held back: then with its release.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.models import Grade, GradeCause
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation import audit
from learnstream.services.grades import changes, completing, grade_events, graded_lessons, rows
from learnstream.services.grades.graded_lessons import GradedLesson
from learnstream.stores.sql import db

ACTIONS = {
    GradeCause.OVERRIDDEN: "grade.overridden",
    GradeCause.EXCUSED: "grade.excused",
    GradeCause.CLEARED: "grade.override_removed",
}


@dataclass(frozen=True, slots=True)
class Override:
    """What is set in place of a computed grade, by whom and why: points, or that the lesson is excused, or neither."""

    by: int
    reason: str
    points: Decimal | None = None
    excused: bool = False

    @property
    def cause(self) -> GradeCause:
        if self.excused:
            return GradeCause.EXCUSED
        return GradeCause.CLEARED if self.points is None else GradeCause.OVERRIDDEN


def apply(*, course_id: str, user_id: int, lesson_id: str, override: Override) -> Grade:
    """Override a learner's grade in a lesson, or undo that. The same override again changes nothing.

    Raises:
        NoSuchSeat: the course has no such learner.
        NotGraded: their version of the course has no such lesson, or it is not graded.
        Unprocessable: the points are above those of the lesson.
    """
    lesson = graded_lessons.find(enrollments.find(user_id=user_id, course_id=course_id), lesson_id)
    if override.points is not None and override.points > lesson.max_points:
        raise Unprocessable(errors={"json": {"points": [f"Must be at most {lesson.max_points.normalize():f}."]}})
    [grade] = rows.lock({(user_id, lesson_id): course_id}, lesson.kind)
    if not _is_same(grade, override):
        _write(grade, override, lesson, now())
        _record(grade, override)
    return grade


def _is_same(grade: Grade, override: Override) -> bool:
    if override.cause is GradeCause.CLEARED:
        return grade.override_at is None
    before = (grade.excused, grade.override_points, grade.override_reason)
    return before == (override.excused, override.points, override.reason)


def _write(grade: Grade, override: Override, lesson: GradedLesson, at: datetime) -> None:
    before, was_shown = changes.counting(grade), grade.override_released_at is not None
    _set(grade, override, lesson, at)
    entry = changes.entry(
        grade,
        override.cause,
        at=at,
        by=override.by,
        before_points=before,
        after_points=changes.counting(grade),
        max_points=grade.override_max_points or grade.max_points or lesson.max_points,
        reason=override.reason,
        shown=was_shown if override.cause is GradeCause.CLEARED else grade.override_released_at is not None,
    )
    db.session.add(entry)
    db.session.flush()
    if entry.shown:
        grade_events.overridden(grade, override.cause, by=override.by)
    completing.follow([(grade.user_id, grade.course_id)])


def _set(grade: Grade, override: Override, lesson: GradedLesson, at: datetime) -> None:
    is_cleared, is_held = override.cause is GradeCause.CLEARED, lesson.held and grade.released_at is None
    grade.excused, grade.override_points = override.excused, override.points
    grade.override_max_points = None if override.points is None else lesson.max_points
    grade.override_reason = None if is_cleared else override.reason
    grade.override_by = None if is_cleared else override.by
    grade.override_at = None if is_cleared else at
    grade.override_released_at = None if is_cleared or is_held else at


def _record(grade: Grade, override: Override) -> None:
    details = {
        "user_id": grade.user_id,
        "course_id": grade.course_id,
        "points": None if override.points is None else float(override.points),
        "reason": override.reason,
    }
    action = ACTIONS[override.cause]
    audit.record(action, actor_id=override.by, target_kind="lesson", target_id=grade.lesson_id, **details)


def release(lesson_id: str, *, user_ids: Collection[int] | None = None) -> int:
    """Let learners see the overrides in a lesson whose grades were held back. Return how many there were.

    Also those of learners who handed in nothing, and so have no grade to be released.

    user_ids: only those of these learners.
    """
    held = select(Grade).where(
        Grade.lesson_id == lesson_id, Grade.override_at.is_not(None), Grade.override_released_at.is_(None)
    )
    if user_ids is not None:
        held = held.where(Grade.user_id.in_(user_ids))
    moment = now()
    found = db.session.scalars(held.order_by(Grade.user_id).with_for_update()).all()
    db.session.add_all([changes.show_override(grade, moment) for grade in found])
    db.session.flush()
    for grade in found:
        # The others are told of the grade that is released at the same time.
        if grade.submitted_at is None and grade.override_by is not None:
            cause = GradeCause.EXCUSED if grade.excused else GradeCause.OVERRIDDEN
            grade_events.overridden(grade, cause, by=grade.override_by)
    completing.follow([(grade.user_id, grade.course_id) for grade in found])
    return len(found)
