"""The extra time and attempts that learners and groups are granted in single quizzes."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from learnstream.documents import Attempt, AttemptState, LessonKind
from learnstream.errors.accommodations import NoSuchAccommodation
from learnstream.errors.quiz_lessons import NotAQuizLesson
from learnstream.models.accommodation import QuizAccommodation
from learnstream.services.assessment import clock
from learnstream.services.authoring import lessons
from learnstream.services.enrollment import accommodated, lesson_grants
from learnstream.services.foundation import outbox
from learnstream.stores.keyset import Found, Part
from learnstream.stores.mongo import Expression

KIND = lesson_grants.Kind(
    QuizAccommodation,
    columns=("extra_seconds", "extra_attempts", "closes_at"),
    granted="quiz.accommodated",
    removed="quiz.accommodation_removed",
    missing=NoSuchAccommodation,
)


def browse(lesson_id: str, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the accommodations in a quiz, newest first."""
    return lesson_grants.browse(KIND, lesson_id, part=part)


def grant(
    lesson_id: str,
    *,
    by: int,
    reason: str,
    user_id: int | None = None,
    group_id: int | None = None,
    extra_seconds: int = 0,
    extra_attempts: int = 0,
    closes_at: datetime | None = None,
) -> dict[str, Any]:
    """Grant a learner or each member of a group more in a quiz, in place of what they were granted before.

    Raises:
        NoSuchLesson: there is no such lesson.
        NotAQuizLesson: it is not a quiz, or not in a course.
        Unprocessable: the learner was never enrolled in the course, or the group is not given it.
    """
    granted = {"extra_seconds": extra_seconds, "extra_attempts": extra_attempts, "closes_at": closes_at}
    target: dict[str, Any] = {"user_id": user_id, "group_id": group_id}
    return lesson_grants.grant(KIND, _course_of(lesson_id), lesson_id, granted, by=by, reason=reason, **target)


def remove(lesson_id: str, accommodation_id: int, *, by: int, reason: str) -> None:
    """Remove an accommodation.

    Raises:
        NoSuchAccommodation: it does not exist.
    """
    lesson_grants.remove(KIND, lesson_id, accommodation_id, by=by, reason=reason)


@outbox.handles(accommodated.TOPIC)
def apply(payload: dict[str, Any]) -> None:
    """Have attempts in progress end when they should with the accommodations that their learners have now."""
    running: Expression = {"user_id": {"$in": payload["user_ids"]}, "state": AttemptState.IN_PROGRESS.value}
    if payload["lesson_ids"] is not None:
        running["lesson_id"] = {"$in": [*map(ObjectId, payload["lesson_ids"])]}
    for attempt in Attempt.collection().find(running, {"_id": 1}):
        clock.recompute(str(attempt["_id"]))


def _course_of(lesson_id: str) -> str:
    lesson = lessons.draft(lesson_id)
    if lesson["kind"] != LessonKind.QUIZ or lesson["course_id"] is None:
        raise NotAQuizLesson()
    return str(lesson["course_id"])
