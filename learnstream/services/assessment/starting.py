"""Starting attempts. A unique index decides between starts at once: they lead to the same attempt."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from bson import Decimal128, ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState
from learnstream.documents.attempt import AttemptOutcome, Item, WholeAttempt
from learnstream.errors.assessment import AttemptBusy, AttemptsExhausted, NotAQuiz, QuizClosed, WaitBeforeRetry
from learnstream.policies.seats import Seat
from learnstream.services.assessment import attempts, clock, code_check, drawing, quizzes, submitting
from learnstream.services.assessment.drawing import Drawn
from learnstream.services.assessment.quizzes import FrozenQuiz
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.learning import progress

SALT_BYTES = 16
TRIES = 5
# More than a quiz and an accommodation can allow together. Without a limit, a learner's script could start attempts until
# each of their requests reads thousands of them: the 3,000th start took 3 s.
MOST_ATTEMPTS = 1100
REMEMBERED = 100  # latest attempts, whose questions draws avoid


def start(*, lesson: VisibleLesson, seat: Seat, access_code: str | None = None) -> tuple[WholeAttempt, bool]:
    """Start an attempt at a quiz, or return the one in progress. True if it was started.

    Raises:
        NotAQuiz: the lesson is not a quiz.
        QuizClosed, AttemptsExhausted, WaitBeforeRetry, AccessCodeWrong: the learner cannot start an attempt now.
        AttemptBusy: concurrent requests kept starting and submitting attempts.
    """
    if lesson.quiz_id is None:
        raise NotAQuiz()
    quiz = quizzes.frozen(lesson.quiz_id)
    for _ in range(TRIES):
        earlier = attempts.of_learner(seat.user_id, lesson.view.id)
        if running := _running(earlier):
            if running["state"] == AttemptState.IN_PROGRESS:
                return running, False
            continue
        attempt = _prepare(quiz, lesson, seat, earlier, access_code)
        try:
            Attempt.collection().insert_one(attempt)
        except DuplicateKeyError:
            # Another request has started one, and perhaps submitted it since.
            continue
        return attempt, True
    raise AttemptBusy()


def _running(earlier: Sequence[AttemptOutcome]) -> WholeAttempt | None:
    """Return the attempt in progress, which is submitted if its time is over; None if there is none."""
    for each in earlier:
        if each["state"] == AttemptState.IN_PROGRESS:
            return submitting.end_if_due(attempts.find(str(each["_id"])), now())
    return None


def _prepare(
    quiz: FrozenQuiz, lesson: VisibleLesson, seat: Seat, earlier: Sequence[AttemptOutcome], access_code: str | None
) -> WholeAttempt:
    """Return a new attempt to store, if the learner can start one now."""
    moment = now()
    deadline = clock.deadline(quiz, seat, moment)
    if deadline.closes_at and deadline.closes_at <= moment:
        raise QuizClosed(closed_at=deadline.closes_at.isoformat())
    _require_attempts_left(quiz, seat, earlier)
    _require_waited(quiz, earlier, moment)
    code_check.require(quiz, access_code, user_id=seat.user_id)
    if not earlier:
        # A lesson that was begun stays open. Before the attempt is stored: a start that is repeated finds an attempt.
        progress.report(progress.build_context(user_id=seat.user_id, lesson=lesson), progress.Report(opened=True))
    drawn = drawing.draw(quiz, _seen(quiz, earlier))
    return attempts.WHOLE.complete(
        {
            "_id": ObjectId(),
            "user_id": seat.user_id,
            "course_id": ObjectId(lesson.course_id),
            "lesson_id": ObjectId(lesson.view.id),
            "quiz_id": ObjectId(quiz.id),
            "version": lesson.version,
            "number": earlier[-1]["number"] + 1 if earlier else 1,
            "state": AttemptState.IN_PROGRESS.value,
            "started_at": moment,
            **deadline.times(),
            "items": [_item(each) for each in drawn],
            "salt": secrets.token_bytes(SALT_BYTES),
            "max_score": Decimal128(sum(each.question.points for each in drawn)),
            "revision": 1,
        }
    )


def _item(drawn: Drawn) -> Item:
    section, question = drawn
    return {
        "question_id": ObjectId(question.question_id),
        "version_id": ObjectId(question.version_id),
        "points": Decimal128(question.points),
        "section": section,
    }


def _require_attempts_left(quiz: FrozenQuiz, seat: Seat, earlier: Sequence[AttemptOutcome]) -> None:
    allowed = seat.allowance(quiz.lesson_id).attempts(quiz.attempts_allowed)
    if allowed is not None and sum(each["voided_at"] is None for each in earlier) >= allowed:
        raise AttemptsExhausted()
    if len(earlier) >= MOST_ATTEMPTS:
        raise AttemptsExhausted()


def _require_waited(quiz: FrozenQuiz, earlier: Sequence[AttemptOutcome], moment: datetime) -> None:
    ended = [each["submitted_at"] for each in earlier if each["voided_at"] is None and each["submitted_at"]]
    if not ended:
        return
    left = max(ended) + timedelta(seconds=quiz.wait) - moment
    if left > timedelta(0):
        raise WaitBeforeRetry(headers={"Retry-After": str(ceil(left.total_seconds()))})


def _seen(quiz: FrozenQuiz, earlier: Sequence[AttemptOutcome]) -> set[str]:
    """Return the questions of a learner's latest attempts, if the quiz draws questions."""
    if not earlier or not any(section.draw for section in quiz.sections):
        return set()
    ids = [each["_id"] for each in earlier[-REMEMBERED:]]
    return {
        str(item["question_id"]) for attempt in attempts.ASKED.find({"_id": {"$in": ids}}) for item in attempt["items"]
    }
