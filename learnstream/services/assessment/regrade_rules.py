"""What regrades make of marks. Attempts that are submitted later are marked by them as well, with the same outcome."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from bson import Decimal128, ObjectId

from learnstream.documents.attempt import Item, Mark, WholeAttempt
from learnstream.documents.projection import Projection
from learnstream.documents.regrade import Regrade, RegradeRule, RegradeState, StoredRegrade
from learnstream.services.assessment import quizzes, scoring
from learnstream.services.quizzes import marking, questions

STORED = Projection(Regrade, StoredRegrade)
KEY_RULES = {RegradeRule.ACCEPT_EITHER, RegradeRule.NEW_KEY}
EFFECTIVE = [RegradeState.RUNNING.value, RegradeState.DONE.value]


def mark(attempt: WholeAttempt, at: datetime) -> dict[str, Mark]:
    """Return the marks of an attempt's answers by question, with all regrades of their versions applied."""
    marks = scoring.mark(attempt, at)
    for regrade in effective([item["version_id"] for item in attempt["items"]]):
        if changed := regraded(attempt, marks, regrade, at):
            marks[str(regrade["question_id"])] = changed
    return marks


def effective(version_ids: Collection[ObjectId]) -> list[StoredRegrade]:
    """Return the regrades of versions that hold, the first one first."""
    return STORED.find({"version_id": {"$in": [*version_ids]}, "state": {"$in": EFFECTIVE}}, sort=[("_id", 1)])


def regraded(attempt: WholeAttempt, marks: Mapping[str, Mark], regrade: StoredRegrade, at: datetime) -> Mark | None:
    """Return the mark that a regrade gives an answer; None if it leaves the present one, of `marks`."""
    question_id = str(regrade["question_id"])
    [item] = [each for each in attempt["items"] if each["version_id"] == regrade["version_id"]]
    present = marks.get(question_id)
    if present is not None and not _concerns(regrade, present):
        return None
    new = _new_mark(attempt, item, present, regrade, at)
    if present is not None and _is_same(present, new):
        return None
    # More points for one question lower no result, so the results need not be compared.
    checked = not regrade["may_lower"] and not _raises(present, new)
    if checked and _lowers(attempt, marks, {**marks, question_id: new}):
        return None
    return new


def _concerns(regrade: StoredRegrade, mark: Mark) -> bool:
    """Return whether a regrade may replace a mark: not one of a later regrade, and what a person gave only as a whole."""
    if "regrade_id" in mark:
        return mark["regrade_id"] < regrade["_id"]
    if mark["by"] is None:
        return True
    return RegradeRule(regrade["rule"]) not in KEY_RULES and mark["at"] <= regrade["created_at"]


def _new_mark(attempt: WholeAttempt, item: Item, present: Mark | None, regrade: StoredRegrade, at: datetime) -> Mark:
    new: Mark = {
        "points": Decimal128(_points(attempt, item, present, regrade)),
        "by": regrade["created_by"],
        "at": at,
        "comment": regrade["reason"],
        "regrade_id": regrade["_id"],
    }
    return {**new, "dropped": True} if regrade["rule"] == RegradeRule.DROP_QUESTION else new


def _points(attempt: WholeAttempt, item: Item, present: Mark | None, regrade: StoredRegrade) -> Decimal:
    before, most = present["points"].to_decimal() if present else Decimal(0), item["points"].to_decimal()
    if regrade["rule"] == RegradeRule.FULL_POINTS:
        return most
    if regrade["rule"] == RegradeRule.DROP_QUESTION:
        return before
    version = questions.versions([str(regrade["to_version_id"])])[str(regrade["to_version_id"])]
    given = attempt["answers"].get(version.question_id)
    share = marking.mark(version, given["answer"] if given else None).share
    points = before if share is None else marking.points(share, most)
    return max(points, before) if regrade["rule"] == RegradeRule.ACCEPT_EITHER else points


def _is_same(present: Mark, new: Mark) -> bool:
    return (present["points"].to_decimal(), present.get("dropped")) == (new["points"].to_decimal(), new.get("dropped"))


def _raises(present: Mark | None, new: Mark) -> bool:
    """Return whether a mark only adds points, to a question that counts before and after."""
    if new.get("dropped") or (present and present.get("dropped")):
        return False
    return present is None or new["points"].to_decimal() >= present["points"].to_decimal()


def _lowers(attempt: WholeAttempt, before: Mapping[str, Mark], after: Mapping[str, Mark]) -> bool:
    quiz = quizzes.frozen(str(attempt["quiz_id"]))
    results = [scoring.result(attempt["items"], marks, quiz) for marks in (before, after)]
    return results[1].fraction < results[0].fraction
