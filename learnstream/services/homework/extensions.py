"""The extensions of homework that learners and groups are granted."""

from datetime import datetime
from typing import Any

from learnstream.documents import LessonKind
from learnstream.errors.assignment_lessons import NotAnAssignmentLesson
from learnstream.errors.extensions import NoSuchExtension
from learnstream.models.extension import Extension
from learnstream.services.authoring import lessons
from learnstream.services.enrollment import lesson_grants
from learnstream.stores.keyset import Found, Part

KIND = lesson_grants.Kind(
    Extension,
    columns=("due_at", "accepted_until"),
    granted="homework.extended",
    removed="homework.extension_removed",
    missing=NoSuchExtension,
)


def browse(lesson_id: str, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the extensions in a lesson, newest first."""
    return lesson_grants.browse(KIND, lesson_id, part=part)


def grant(
    lesson_id: str,
    *,
    by: int,
    reason: str,
    user_id: int | None = None,
    group_id: int | None = None,
    due_at: datetime | None = None,
    accepted_until: datetime | None = None,
) -> dict[str, Any]:
    """Give a learner or each member of a group more time for homework, in place of what they were given before.

    Raises:
        NoSuchLesson: there is no such lesson.
        NotAnAssignmentLesson: it is not an assignment, or not in a course.
        Unprocessable: the learner was never enrolled in the course, or the group is not given it.
    """
    times = {"due_at": due_at, "accepted_until": accepted_until}
    target: dict[str, Any] = {"user_id": user_id, "group_id": group_id}
    return lesson_grants.grant(KIND, _course_of(lesson_id), lesson_id, times, by=by, reason=reason, **target)


def remove(lesson_id: str, extension_id: int, *, by: int, reason: str) -> None:
    """Remove an extension, so that the homework's own times hold again.

    Raises:
        NoSuchExtension: it does not exist.
    """
    lesson_grants.remove(KIND, lesson_id, extension_id, by=by, reason=reason)


def _course_of(lesson_id: str) -> str:
    lesson = lessons.draft(lesson_id)
    if lesson["kind"] != LessonKind.ASSIGNMENT or lesson["course_id"] is None:
        raise NotAnAssignmentLesson()
    return str(lesson["course_id"])
