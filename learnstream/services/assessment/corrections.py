"""Changing the result of a submitted attempt.

A correction is one update, on condition that the attempt was not changed since it was read. The earlier result stays in
its history, with who changed it and why. What was completed by it stays completed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState
from learnstream.documents.attempt import Answer, Cause, Change, Mark, WholeAttempt
from learnstream.errors.assessment import AttemptBusy, AttemptInProgress, AttemptVoided
from learnstream.services.assessment import attempt_events, attempts, completing, quizzes, scoring, submitting
from learnstream.services.assessment.scoring import Result
from learnstream.services.foundation.tries import tries
from learnstream.stores.mongo import Expression


@dataclass(frozen=True, slots=True)
class Correction:
    """What changes in an attempt, by whom and why: `marks` and `answers` by question, and other `fields`.

    A mark of None is removed: the answer awaits one.
    """

    cause: Cause
    by: int
    at: datetime
    reason: str | None = None
    marks: Mapping[str, Mark | None] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


def correct(attempt_id: str, decide: Callable[[WholeAttempt], Correction | None]) -> WholeAttempt:
    """Correct an attempt as `decide` says of its present state, None being no change. Return it as it is then.

    Raises:
        NoSuchAttempt: there is none.
        AttemptInProgress, AttemptVoided: it has no result that counts.
        AttemptBusy: others kept changing it meanwhile.
    """
    for _ in tries():
        attempt = submitting.end_if_due(attempts.find(attempt_id), now())
        require_result(attempt)
        correction = decide(attempt)
        stored = attempt if correction is None else store(attempt, correction)
        if stored is not None:
            return completing.follow(stored)
    raise AttemptBusy()


def require_result(attempt: WholeAttempt) -> None:
    """Raise unless an attempt is submitted and counts."""
    if attempt["state"] == AttemptState.IN_PROGRESS:
        raise AttemptInProgress()
    if attempt["voided_at"]:
        raise AttemptVoided()


def store(attempt: WholeAttempt, correction: Correction) -> WholeAttempt | None:
    """Store a correction. Return the attempt as it is then; None if it was changed since it was read."""
    unchanged = {"_id": attempt["_id"], "revision": attempt["revision"]}
    found = Attempt.collection().find_one_and_update(
        unchanged, _update(attempt, correction), attempts.WHOLE.fields, return_document=ReturnDocument.AFTER
    )
    return None if found is None else attempts.WHOLE.complete(found)


def result_of(attempt: WholeAttempt, correction: Correction) -> Result:
    """Return the result that an attempt has with a correction."""
    marks = {name: mark for name, mark in {**attempt["marks"], **correction.marks}.items() if mark}
    return scoring.result(attempt["items"], marks, quizzes.frozen(str(attempt["quiz_id"])))


def _update(attempt: WholeAttempt, correction: Correction) -> Expression:
    result = result_of(attempt, correction)
    pushed: Expression = {"history": _earlier(attempt, correction)}
    if correction.cause is not Cause.MARKED or result.awaiting == 0:
        pushed["pending_events"] = attempt_events.result_changed(attempt, correction.cause, correction.at)
    update = {
        "$set": {
            "completion_due": True,
            "figures_due": True,
            "pending_grade": attempt["revision"] + 1,
            **result.fields(),
            **correction.fields,
            **{f"answers.{question_id}": answer for question_id, answer in correction.answers.items()},
        },
        "$inc": {"revision": 1},
        "$push": pushed,
    }
    claims = {f"claims.{question_id}": "" for question_id in correction.marks}
    return update | ({"$unset": claims} if claims else {})


def _earlier(attempt: WholeAttempt, correction: Correction) -> Change:
    return {
        "cause": correction.cause.value,
        "by": correction.by,
        "at": correction.at,
        "reason": correction.reason,
        "score": attempt["score"],
        "max_score": attempt["max_score"],
        "passed": attempt["passed"],
        "awaiting": attempt["awaiting"],
        "marks": {question_id: attempt["marks"].get(question_id) for question_id in correction.marks},
        "answers": {question_id: attempt["answers"].get(question_id) for question_id in correction.answers},
    }


def successor(mark: Mark | None, **fields: Any) -> Mark:
    """Return a mark with these fields that takes the place of an earlier one."""
    return {**fields, "revision": revision_of(mark) + 1}  # type: ignore[typeddict-item]


def revision_of(mark: Mark | None) -> int:
    """Return the number of a mark, from 2; 1 for an answer that awaits one."""
    return mark.get("revision", 2) if mark else 1
