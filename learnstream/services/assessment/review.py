"""When learners see their score, the right answers and the feedback on what they answered.

The settings of the version that the learner has now decide, for earlier attempts too, so that publishing them anew
releases results or holds them back. Closing times and attempts are the learner's own, with their accommodations: one
learner's later closing holds back nobody else's results.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from learnstream.documents import AttemptState
from learnstream.documents.attempt import AttemptOutcome, WholeAttempt
from learnstream.documents.quiz import Reveal
from learnstream.policies.seats import Seat
from learnstream.services.assessment import attempts, clock, quizzes
from learnstream.services.assessment.quizzes import FrozenQuiz, Review
from learnstream.services.delivery import syllabus
from learnstream.services.quizzes import presentation
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


class QuestionResult(TypedDict):
    """The result of a question; None for what its learner may not see, and where there is nothing to see."""

    score: float | None
    right: Any
    explanation: str | None
    feedback: list[dict[str, Any]] | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a learner is with a quiz: it is `closed` to them, or all attempts that they have are `used`."""

    closed: bool
    used: bool


BEGINNING = Stage(closed=False, used=False)
LATER = {Reveal.AFTER_LAST_ATTEMPT, Reveal.AFTER_CLOSE}
NOTHING: Visible = {"score": False, "answers": False, "feedback": False}
EVERYTHING: Visible = {"score": True, "answers": True, "feedback": True}


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


def of_attempt(attempt: AttemptOutcome, seat: Seat | None, at: datetime) -> Visible:
    """Return what a learner may see of an attempt of theirs: nothing before it is submitted."""
    return of_attempts([attempt], seat, at)[0]


def of_attempts(found: Sequence[AttemptOutcome], seat: Seat | None, at: datetime) -> list[Visible]:
    """Return what a learner may see of each of their attempts at a quiz, with as many queries as for one."""
    submitted = [each for each in found if each["state"] == AttemptState.SUBMITTED]
    if not submitted or seat is None:
        return [NOTHING] * len(found)
    shown = to_learner(seat, str(submitted[0]["lesson_id"]), str(submitted[0]["quiz_id"]), at)
    return [shown if each in submitted else NOTHING for each in found]


def _current(seat: Seat, lesson_id: str) -> FrozenQuiz | None:
    lesson = syllabus.get(seat.course_id, seat.course_version).by_id.get(lesson_id)
    return quizzes.frozen(lesson.quiz_id) if lesson and lesson.quiz_id else None


def scores_shown(asked: Collection[tuple[Seat, FrozenQuiz]], at: datetime) -> set[tuple[int, str]]:
    """Return whose scores in which quizzes their learners may see, by user and lesson, with at most one query."""
    later = [(seat, quiz) for seat, quiz in asked if quiz.review.score in LATER]
    found = attempts.of_learners({seat.user_id for seat, _ in later}, {quiz.lesson_id for _, quiz in later})
    return {
        (seat.user_id, quiz.lesson_id)
        for seat, quiz in asked
        if _is_released(quiz.review.score, _reached(quiz, seat, found.get((seat.user_id, quiz.lesson_id), ()), at))
    }


def _stage(quiz: FrozenQuiz, seat: Seat, at: datetime) -> Stage:
    """Return how far a learner is, if what they may see depends on it."""
    if not LATER & {quiz.review.score, quiz.review.answers, quiz.review.feedback}:
        return BEGINNING
    return _reached(quiz, seat, attempts.of_learner(seat.user_id, quiz.lesson_id), at)


def _reached(quiz: FrozenQuiz, seat: Seat, found: Sequence[AttemptOutcome], at: datetime) -> Stage:
    """Return how far a learner is; while one of their attempts is in progress, they are at the beginning."""
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


def of_question(version: Version, attempt: WholeAttempt, shown: Visible) -> QuestionResult | None:
    """Return what a learner may see of the result of a question; None for nothing.

    With the answers also its points, because they tell which answers are right.
    """
    if not shown["answers"] and not shown["feedback"]:
        return None
    stored, mark = attempt["answers"].get(version.question_id), attempt["marks"].get(version.question_id)
    answer = stored["answer"] if stored else None
    parts = {"answers": shown["answers"], "feedback": shown["feedback"]}
    found = presentation.reveal(version, answer, attempt["salt"], **parts)
    return {
        "score": float(mark["points"].to_decimal()) if mark and shown["answers"] else None,
        "right": found.get("right"),
        "explanation": found.get("explanation"),
        "feedback": found.get("feedback"),
        "comment": mark.get("comment") if mark and shown["feedback"] else None,
    }
