"""What a regrade would change."""

from collections import Counter
from collections.abc import Sequence
from typing import TypedDict

from learnstream.clock import now
from learnstream.documents import AttemptState
from learnstream.documents.attempt import WholeAttempt
from learnstream.documents.regrade import StoredRegrade
from learnstream.services.accounts import names
from learnstream.services.assessment import attempts, corrections, regrades, regrading

BATCH = 500
MOST_LISTED = 100


class Concerned(TypedDict):
    """A learner whose attempt would pass, or no longer pass."""

    attempt_id: str
    user_id: int
    name: str | None


class Move(TypedDict):
    """How many attempts would get another score."""

    score_before: float
    score_after: float
    attempts: int


class Preview(TypedDict):
    """What a regrade would change. Of learners who would pass or fail, and of moves, at most `MOST_LISTED` are listed."""

    attempts: int
    in_progress: int
    changed: int
    scores: list[Move]
    passing_count: int
    passing: list[Concerned]
    failing_count: int
    failing: list[Concerned]


def preview(regrade: StoredRegrade) -> Preview:
    """Return what a regrade would change now, without changing anything."""
    moment, states = now(), Counter[str]()
    scores, passing, failing = Counter[tuple[float, float]](), list[WholeAttempt](), list[WholeAttempt]()
    for batch in attempts.WHOLE.batches(regrades.concerned(regrade), BATCH, sort=[("_id", 1)]):
        for attempt in batch:
            states[attempt["state"]] += 1
            if attempt["state"] != AttemptState.SUBMITTED:
                continue
            correction = regrading.correction_of(attempt, regrade, moment)
            if correction is None or attempt["score"] is None:
                continue
            after = corrections.result_of(attempt, correction)
            scores[float(attempt["score"].to_decimal()), float(after.score)] += 1
            if after.passed and not attempt["passed"]:
                passing.append(attempt)
            elif attempt["passed"] and not after.passed:
                failing.append(attempt)
    return {
        "attempts": states[AttemptState.SUBMITTED],
        "in_progress": states[AttemptState.IN_PROGRESS],
        "changed": scores.total(),
        "scores": [
            {"score_before": before, "score_after": after, "attempts": count}
            for (before, after), count in sorted(scores.most_common(MOST_LISTED))
        ],
        "passing_count": len(passing),
        "passing": _learners(passing),
        "failing_count": len(failing),
        "failing": _learners(failing),
    }


def _learners(found: Sequence[WholeAttempt]) -> list[Concerned]:
    listed = found[:MOST_LISTED]
    known = names.of({each["user_id"] for each in listed})
    return [
        {"attempt_id": str(each["_id"]), "user_id": each["user_id"], "name": known.get(each["user_id"])}
        for each in listed
    ]
