"""The events of grades that were changed, for learners who see them. They do not tell results.

An override is looked at once it is committed: whether its learner sees it may depend on their attempts, and overriding must
not wait for them.
"""

from typing import Any

from learnstream.models import ChangeOfGrade, EventType, Grade, GradeCause, GradeKind
from learnstream.services.foundation import events, outbox
from learnstream.services.grades.score_visibility import shows_score
from learnstream.stores.sql import db

TOPIC = "grades.overridden"
OVERRIDES = {
    GradeCause.OVERRIDDEN: ChangeOfGrade.OVERRIDDEN,
    GradeCause.EXCUSED: ChangeOfGrade.EXCUSED,
    GradeCause.CLEARED: ChangeOfGrade.CLEARED,
}


def overridden(grade: Grade, cause: GradeCause, *, by: int) -> None:
    """Have the learner of a grade told, if they see it, that it was overridden, or that this was undone."""
    change = {"cause": OVERRIDES[cause].value, "by": by, "revision": grade.revision}
    outbox.add(TOPIC, grade_id=grade.id, **change)


@outbox.handles(TOPIC)
def tell(payload: dict[str, Any]) -> None:
    """Record the event of an override, if its learner sees it."""
    grade = db.session.get(Grade, payload["grade_id"], populate_existing=True)
    if grade is None:
        return
    about = (grade.course_id, grade.user_id, grade.lesson_id)
    if grade.kind is GradeKind.ASSIGNMENT or shows_score(*about):
        cause = ChangeOfGrade(payload["cause"])
        changed(*about, cause, key=f"{grade.id}:{payload['revision']}", by=payload["by"])


def late_anew(grade: Grade) -> None:
    """Record that the lateness of homework, whose grade its learner sees, was computed anew and changed the grade."""
    about = (grade.course_id, grade.user_id, grade.lesson_id)
    changed(*about, ChangeOfGrade.LATENESS, key=f"{grade.id}:{grade.revision}")


def changed(
    course_id: str, user_id: int, lesson_id: str, cause: ChangeOfGrade, *, key: str, by: int | None = None
) -> None:
    """Record, once for each key, that a grade which its learner sees was changed."""
    events.record(
        EventType.GRADE_CHANGED,
        key,
        user_id=user_id,
        course_id=course_id,
        lesson_id=lesson_id,
        cause=cause.value,
        by=by,
    )
