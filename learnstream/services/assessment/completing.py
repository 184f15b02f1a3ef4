"""Completing quiz lessons: the learner's lesson record follows from the results of their attempts."""

from learnstream.documents import Attempt, LessonKind
from learnstream.documents.attempt import WholeAttempt
from learnstream.services.assessment import standing
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.delivery import syllabus
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import LessonContext


def follow(attempt: WholeAttempt) -> WholeAttempt:
    """Complete the lesson of a submitted attempt if its rule is fulfilled, unless that has been done. Idempotent."""
    if not attempt["completion_due"]:
        return attempt
    lesson = syllabus.get(str(attempt["course_id"]), attempt["version"]).lesson(str(attempt["lesson_id"]))
    if attempt["submitted_at"]:
        context = LessonContext(
            user_id=attempt["user_id"],
            course_id=str(attempt["course_id"]),
            lesson_id=lesson.id,
            version=attempt["version"],
            kind=LessonKind.QUIZ,
            completion=lesson.completion,
        )
        progress.attempted(
            context,
            started_at=attempt["started_at"],
            submitted_at=attempt["submitted_at"],
            fulfills=_is_fulfilled(attempt, lesson.completion),
        )
    # A result that has changed since is still to be followed.
    unchanged = {"_id": attempt["_id"], "revision": attempt["revision"]}
    Attempt.collection().update_one(unchanged, {"$set": {"completion_due": False}})
    return {**attempt, "completion_due": False}


def _is_fulfilled(attempt: WholeAttempt, completion: Completion) -> bool:
    if completion.rule is Rule.SUBMITTED:
        return attempt["voided_at"] is None
    found = standing.of(attempt["user_id"], str(attempt["lesson_id"]))
    return found is not None and found.passed is True
