"""Marking answers by hand, also those that were marked automatically."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from bson import Decimal128

from learnstream.clock import now
from learnstream.documents.attempt import Cause, Mark, WholeAttempt
from learnstream.errors import Unprocessable
from learnstream.errors.assessment import ClaimedByAnother, NotAsked
from learnstream.errors.authoring import EditConflict
from learnstream.services.assessment import claims, corrections
from learnstream.services.assessment.corrections import Correction


@dataclass(frozen=True, slots=True)
class Given:
    """The points and the comment that a person gives for an answer, whose mark has one of the expected revisions."""

    points: Decimal
    comment: str | None
    by: int
    expect: Collection[int] | None


class Marked(TypedDict):
    """A mark that was given by hand, with the result of its attempt."""

    question_id: str
    points: float
    comment: str | None
    by: int | None
    at: datetime
    revision: int
    score: float
    max_score: float
    passed: bool | None
    awaiting: int


def mark(attempt_id: str, question_id: str, given: Given) -> Marked:
    """Mark an answer of a submitted attempt. The same mark again changes nothing.

    Raises:
        NoSuchAttempt, NotAsked: there is no such attempt, or no such question in it.
        AttemptInProgress, AttemptVoided: the attempt has no result that counts.
        Unprocessable: the points are above those of the question.
        ClaimedByAnother: somebody else is marking the answer.
        EditConflict: it has been marked in the meantime.
    """
    return _shown(corrections.correct(attempt_id, lambda attempt: _decide(attempt, question_id, given)), question_id)


def _decide(attempt: WholeAttempt, question_id: str, given: Given) -> Correction | None:
    _require_possible(attempt, question_id, given.points)
    present, moment = attempt["marks"].get(question_id), now()
    if given.expect is not None and corrections.revision_of(present) not in given.expect:
        raise EditConflict()
    if claims.is_claimed(attempt["claims"].get(question_id), by_others_than=given.by, at=moment):
        raise ClaimedByAnother()
    if present and _is_same(present, given):
        return None
    points = Decimal128(given.points)
    new = corrections.successor(present, points=points, by=given.by, at=moment, comment=given.comment)
    return Correction(Cause.MARKED, given.by, moment, given.comment, marks={question_id: new})


def _require_possible(attempt: WholeAttempt, question_id: str, points: Decimal) -> None:
    worth = {str(item["question_id"]): item["points"].to_decimal() for item in attempt["items"]}
    if question_id not in worth:
        raise NotAsked()
    if points > worth[question_id]:
        raise Unprocessable(errors={"json": {"points": [f"Must be at most {worth[question_id].normalize():f}."]}})


def _is_same(mark: Mark, given: Given) -> bool:
    before = (mark["points"].to_decimal(), mark.get("comment"), mark["by"])
    return before == (given.points, given.comment, given.by)


def _shown(attempt: WholeAttempt, question_id: str) -> Marked:
    mark, score = attempt["marks"][question_id], attempt["score"]
    return {
        "question_id": question_id,
        "points": float(mark["points"].to_decimal()),
        "comment": mark.get("comment"),
        "by": mark["by"],
        "at": mark["at"],
        "revision": corrections.revision_of(mark),
        "score": float(score.to_decimal()) if score else 0.0,
        "max_score": float(attempt["max_score"].to_decimal()),
        "passed": attempt["passed"],
        "awaiting": attempt["awaiting"],
    }
