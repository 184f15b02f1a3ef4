"""What follows a change of a submission: earlier ones are superseded, and the learner's lesson record follows."""

from typing import TypeVar

from learnstream.documents import LessonKind, Submission
from learnstream.documents.submission import OwnSubmission
from learnstream.services.assignments import frozen
from learnstream.services.authoring.completion_rules import Rule
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Lesson
from learnstream.services.homework import handed_in, results
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import LessonContext

S = TypeVar("S", bound=OwnSubmission)


def follow(submission: S) -> S:
    """Complete the lesson of a submission if its rule is fulfilled, unless that has been done. Idempotent.

    Only released grades fulfill a rule. Nothing that was completed is taken back.
    """
    if not submission["completion_due"]:
        return submission
    _supersede_earlier(submission)
    _complete(submission)
    # A change since is still to be followed.
    unchanged = {"_id": submission["_id"], "revision": submission["revision"]}
    Submission.collection().update_one(unchanged, {"$set": {"completion_due": False}})
    submission["completion_due"] = False
    return submission


def _supersede_earlier(submission: OwnSubmission) -> None:
    earlier = {
        "user_id": submission["user_id"],
        "lesson_id": submission["lesson_id"],
        "number": {"$lt": submission["number"]},
        "superseded": {"$ne": True},
    }
    Submission.collection().update_many(earlier, {"$set": {"superseded": True}})


def _complete(submission: OwnSubmission) -> None:
    lesson = syllabus.get(str(submission["course_id"]), submission["version"]).lesson(str(submission["lesson_id"]))
    context = LessonContext(
        user_id=submission["user_id"],
        course_id=str(submission["course_id"]),
        lesson_id=lesson.id,
        version=submission["version"],
        kind=LessonKind.ASSIGNMENT,
        completion=lesson.completion,
    )
    submitted_at = submission["submitted_at"]
    if submitted_at is not None:
        progress.attempted(
            context,
            started_at=submission["saved_at"],
            submitted_at=submitted_at,
            fulfills=_is_fulfilled(submission, lesson),
        )


def _is_fulfilled(submission: OwnSubmission, lesson: Lesson) -> bool:
    if lesson.completion.rule is Rule.SUBMITTED:
        return True
    best = results.best(handed_in.of_learner(lesson.id, submission["user_id"]), "released")
    if best is None or lesson.completion.rule is Rule.GRADED:
        return best is not None
    assignment = frozen.frozen(str(submission["assignment_id"]))
    return best.fraction >= assignment.pass_fraction
