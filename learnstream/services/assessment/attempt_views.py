"""Attempts as their learners see them: with keys and feedback only as far as `review` lets them see these."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any

from learnstream.documents import AttemptState
from learnstream.documents.attempt import Answer, AttemptOutcome, Item, WholeAttempt
from learnstream.services.assessment import answers, quizzes, review
from learnstream.services.assessment.quizzes import FrozenQuiz
from learnstream.services.assessment.review import NOTHING, Result, Visible
from learnstream.services.quizzes import presentation, questions
from learnstream.services.quizzes.version import Version


class Listed(Result):
    """An attempt in a list."""

    id: str
    number: int
    state: str
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    submitted_by: str | None
    voided_at: datetime | None


class Shown(Listed):
    """An attempt with its questions, as dictionaries that depend on their kinds, and the learner's answers to them."""

    course_id: str
    lesson_id: str
    navigation: str
    max_score: float
    server_time: datetime
    time_left: int | None
    questions: list[dict[str, Any]]
    digest: str


def listed(attempt: AttemptOutcome, visible: Visible = NOTHING) -> Listed:
    """Return what a list says of an attempt.

    visible: what its learner may see of its result.
    """
    return {
        "id": str(attempt["_id"]),
        "number": attempt["number"],
        "state": attempt["state"],
        "started_at": attempt["started_at"],
        "deadline_at": attempt["deadline_at"],
        "submitted_at": attempt["submitted_at"],
        "submitted_by": attempt["submitted_by"],
        "voided_at": attempt["voided_at"],
        **review.result(attempt, visible),
    }


def shown(attempt: WholeAttempt, at: datetime, visible: Visible = NOTHING) -> Shown:
    """Return a learner's own attempt, with the questions in their order and the answers that are stored.

    at: the server's time, from which the time that is left counts.
    visible: what the learner may see of its result.
    """
    quiz = quizzes.frozen(str(attempt["quiz_id"]))
    versions = questions.versions([str(item["version_id"]) for item in attempt["items"]])
    return {
        **listed(attempt, visible),
        "course_id": str(attempt["course_id"]),
        "lesson_id": str(attempt["lesson_id"]),
        "navigation": quiz.navigation.value,
        "max_score": float(attempt["max_score"].to_decimal()),
        "server_time": at,
        "time_left": _time_left(attempt, at),
        "questions": [
            _question(item, versions[str(item["version_id"])], attempt, quiz)
            | {"result": review.of_question(versions[str(item["version_id"])], attempt, visible)}
            for item in attempt["items"]
        ],
        "digest": answers.digest(attempt["answers"], attempt["salt"]),
    }


def _time_left(attempt: AttemptOutcome, at: datetime) -> int | None:
    """Return the seconds until time is over; None without a limit, or once the attempt is submitted."""
    if attempt["state"] != AttemptState.IN_PROGRESS or attempt["deadline_at"] is None:
        return None
    return max(0, ceil((attempt["deadline_at"] - at).total_seconds()))


def _question(item: Item, version: Version, attempt: WholeAttempt, quiz: FrozenQuiz) -> dict[str, Any]:
    stored = attempt["answers"].get(version.question_id)
    return {
        "question_id": version.question_id,
        "section": quiz.sections[item["section"]].title,
        "points": float(item["points"].to_decimal()),
        **presentation.show(version, attempt["salt"], shuffle=quiz.shuffle_options),
        **_answer(stored, version, attempt["salt"]),
    }


def _answer(stored: Answer | None, version: Version, salt: bytes) -> Mapping[str, Any]:
    if stored is None:
        return {"answer": None, "seq": None}
    return {"answer": presentation.localized(version, stored["answer"], salt), "seq": stored["seq"]}
