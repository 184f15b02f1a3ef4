"""When learners see their score, the right answers and the feedback on what they answered.

The settings of the version that the learner has now decide, for earlier attempts too, so that publishing them anew
releases results or holds them back. Closing times and attempts are the learner's own, with their accommodations: one
learner's later closing holds back nobody else's results.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from learnstream.documents import AttemptState
from learnstream.documents.attempt import AttemptOutcome, Mark, WholeAttempt
from learnstream.documents.quiz import Reveal
from learnstream.policies.seats import Seat
from learnstream.services.assessment import attempts, clock, quizzes
from learnstream.services.assessment.quizzes import FrozenQuiz, Review
from learnstream.services.delivery import syllabus
from learnstream.services.quizzes import presentation, questions
from learnstream.services.quizzes.version import Version


class Visible(TypedDict):
    """What a learner may see of submitted attempts."""

    score: bool
    answers: bool
    feedback: bool


class Result(TypedDict):
    """The result of an attempt as its learner sees it; None for what they may not see, and until all is marked."""

    review: Visible
    score: float | None
    passed: bool | None
    awaiting: int | None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a learner is with a quiz: it is `closed` to them, or all attempts that they have are `used`."""

    closed: bool
    used: bool


BEGINNING = Stage(closed=False, used=False)
LATER = {Reveal.AFTER_LAST_ATTEMPT, Reveal.AFTER_CLOSE}
NOTHING: Visible = {"score": False, "answers": False, "feedback": False}


def visible(review: Review, stage: Stage) -> Visible:
    """Return what a quiz's settings let a learner see."""
    return {
        "score": _is_released(review.score, stage),
        "answers": _is_released(review.answers, stage),
        "feedback": _is_released(review.feedback, stage),
    }


def _is_released(when: Reveal, stage: Stage) -> bool:
    if when is Reveal.AFTER_LAST_ATTEMPT:
        return stage.used or stage.closed
    return when is Reveal.AT_ONCE or (when is Reveal.AFTER_CLOSE and stage.closed)


def to_learner(seat: Seat, lesson_id: str, quiz_id: str, at: datetime) -> Visible:
    """Return what a learner may see of their submitted attempts at a quiz.

    quiz_id: the quiz of an attempt, whose settings decide if the learner's version has no such lesson any more.
    """
    quiz = _current(seat, lesson_id) or quizzes.frozen(quiz_id)
    return visible(quiz.review, _stage(quiz, seat, at))


def of_attempt(attempt: AttemptOutcome, seat: Seat, at: datetime) -> Visible:
    """Return what a learner may see of an attempt of theirs: nothing before it is submitted."""
    if attempt["state"] != AttemptState.SUBMITTED:
        return NOTHING
    return to_learner(seat, str(attempt["lesson_id"]), str(attempt["quiz_id"]), at)


def _current(seat: Seat, lesson_id: str) -> FrozenQuiz | None:
    lesson = syllabus.get(seat.course_id, seat.course_version).by_id.get(lesson_id)
    return quizzes.frozen(lesson.quiz_id) if lesson and lesson.quiz_id else None


def _stage(quiz: FrozenQuiz, seat: Seat, at: datetime) -> Stage:
    """Return how far a learner is; while one of their attempts is in progress, they are at the beginning."""
    if not LATER & {quiz.review.score, quiz.review.answers, quiz.review.feedback}:
        return BEGINNING
    found = attempts.of_learner(seat.user_id, quiz.lesson_id)
    if not all(each["state"] == AttemptState.SUBMITTED or attempts.is_due(each, at) for each in found):
        return BEGINNING
    closes_at = clock.closing(quiz, seat)
    allowed = seat.allowance(quiz.lesson_id).attempts(quiz.attempts_allowed)
    return Stage(
        # Until the grace is over, answers of others may still be under way.
        closed=closes_at is not None and at >= closes_at + clock.GRACE,
        used=allowed is not None and sum(each["voided_at"] is None for each in found) >= allowed,
    )


def result(attempt: AttemptOutcome, shown: Visible) -> Result:
    """Return the result of an attempt, as far as its learner may see it."""
    if not shown["score"]:
        return {"review": shown, "score": None, "passed": None, "awaiting": None}
    score = attempt["score"]
    return {
        "review": shown,
        "score": float(score.to_decimal()) if score else None,
        "passed": attempt["passed"],
        "awaiting": attempt["awaiting"],
    }


def results(attempt: WholeAttempt, shown: Visible) -> dict[str, dict[str, Any]]:
    """Return what a learner may see of the result of each question, by its id.

    With the answers also the points of each question, because they tell which answers are right.
    """
    versions = questions.versions([str(item["version_id"]) for item in attempt["items"]])
    return {
        version.question_id: _revealed(version, attempt, shown)
        for version in (versions[str(item["version_id"])] for item in attempt["items"])
    }


def _revealed(version: Version, attempt: WholeAttempt, shown: Visible) -> dict[str, Any]:
    stored, mark = attempt["answers"].get(version.question_id), attempt["marks"].get(version.question_id)
    answer = stored["answer"] if stored else None
    parts = {"answers": shown["answers"], "feedback": shown["feedback"]}
    found = {"right": None, "explanation": None, "feedback": None, "score": None, "comment": None}
    return found | presentation.reveal(version, answer, attempt["salt"], **parts) | _marked(mark, shown)


def _marked(mark: Mark | None, shown: Visible) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if mark and shown["answers"]:
        found["score"] = float(mark["points"].to_decimal())
    if mark and shown["feedback"]:
        found["comment"] = mark.get("comment")
    return found
