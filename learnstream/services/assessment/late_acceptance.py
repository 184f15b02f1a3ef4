"""Accepting late answers: they count from then on, in place of those that were saved in time."""

from collections.abc import Collection, Mapping

from learnstream.clock import now
from learnstream.documents.attempt import Answer, Cause, Mark, WholeAttempt
from learnstream.documents.projection import pick
from learnstream.errors import Unprocessable
from learnstream.errors.assessment import NoLateAnswers
from learnstream.services.assessment import corrections, regrade_rules
from learnstream.services.assessment.corrections import Correction
from learnstream.services.foundation import audit


def accept(attempt_id: str, *, by: int, reason: str, question_ids: Collection[str] | None = None) -> WholeAttempt:
    """Have late answers of a submitted attempt count: all of them, or those to some questions. Idempotent.

    Raises:
        NoSuchAttempt: there is no such attempt.
        AttemptInProgress, AttemptVoided: it has no result that counts.
        NoLateAnswers: it has none.
        Unprocessable: it has none to one of the questions.
    """
    attempt = corrections.correct(attempt_id, lambda found: _decide(found, by, reason, question_ids))
    details = {"user_id": attempt["user_id"], "lesson_id": str(attempt["lesson_id"]), "reason": reason}
    audit.record("attempt.late_answers_accepted", actor_id=by, target_kind="attempt", target_id=attempt_id, **details)
    return attempt


def _decide(attempt: WholeAttempt, by: int, reason: str, question_ids: Collection[str] | None) -> Correction | None:
    accepted = {
        question_id: answer
        for question_id, answer in _chosen(attempt, question_ids).items()
        if attempt["answers"].get(question_id) != answer
    }
    if not accepted:
        return None
    moment = now()
    changed: WholeAttempt = {**attempt, "answers": {**attempt["answers"], **accepted}}
    automatic = regrade_rules.mark(changed, moment)
    marks = {each: _next(attempt["marks"].get(each), automatic.get(each)) for each in accepted}
    return Correction(Cause.LATE_ANSWERS, by, moment, reason, marks=marks, answers=accepted)


def _next(present: Mark | None, new: Mark | None) -> Mark | None:
    return corrections.successor(present, **new) if new else None


def _chosen(attempt: WholeAttempt, question_ids: Collection[str] | None) -> Mapping[str, Answer]:
    late: dict[str, Answer] = {each: pick(Answer, answer) for each, answer in attempt["late_answers"].items()}
    if not late:
        raise NoLateAnswers()
    if question_ids is None:
        return late
    if unknown := [index for index, each in enumerate(question_ids) if each not in late]:
        problems = {index: ["No answer to this question arrived after the end."] for index in unknown}
        raise Unprocessable(errors={"json": {"question_ids": problems}})
    return {each: late[each] for each in question_ids}
