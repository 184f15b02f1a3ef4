"""Regrades: requesting one, and the attempts that it concerns."""

from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Quiz
from learnstream.documents.question import QuestionKind, StoredQuestion
from learnstream.documents.regrade import Regrade, RegradeRule, RegradeState, StoredRegrade
from learnstream.errors import Unprocessable
from learnstream.errors.assessment import NoSuchRegrade
from learnstream.services.assessment import attempts
from learnstream.services.assessment.regrade_rules import KEY_RULES, STORED
from learnstream.services.foundation import audit, outbox
from learnstream.stores.mongo import Expression

TOPIC = "regrades.requested"
AUDITED = {"from_version", "to_version", "rule", "may_lower", "reason"}


def prepare(
    question: StoredQuestion, *, from_version: int, rule: RegradeRule, may_lower: bool, reason: str, by: int
) -> StoredRegrade:
    """Return a regrade of a question by its current version, which is not stored.

    Raises:
        Unprocessable: there is no such version, or the rule cannot be applied to it.
    """
    _require_applicable(question, from_version, rule)
    regrade: StoredRegrade = {
        "_id": ObjectId(),
        "question_id": question["_id"],
        "course_id": question["course_id"],
        "version_id": question["version_ids"][from_version - 1],
        "from_version": from_version,
        "to_version_id": question["version_id"],
        "to_version": question["number"],
        "rule": rule.value,
        "may_lower": may_lower,
        "reason": reason,
        "state": RegradeState.QUEUED.value,
        "total": 0,
        "done": 0,
        "changed": 0,
        "position": None,
        "created_by": by,
        "created_at": now(),
        "finished_at": None,
    }
    return regrade


def _require_applicable(question: StoredQuestion, from_version: int, rule: RegradeRule) -> None:
    if from_version > question["number"]:
        raise _invalid("from_version", "The question has no such version.")
    if rule in KEY_RULES and from_version == question["number"]:
        raise _invalid("from_version", "Must be an older version than the current one, whose key is used.")
    if rule in KEY_RULES and question["kind"] == QuestionKind.ESSAY:
        raise _invalid("rule", "An essay has no key.")


def _invalid(field: str, message: str) -> Unprocessable:
    return Unprocessable(errors={"json": {field: [message]}})


def request(regrade: StoredRegrade) -> StoredRegrade:
    """Store a regrade, which is carried out once the transaction has committed."""
    counted: StoredRegrade = {**regrade, "total": attempts.WHOLE.count(concerned(regrade))}
    # It has no effect until its command has begun.
    Regrade.collection().insert_one(counted)
    outbox.add(TOPIC, regrade_id=str(regrade["_id"]))
    details: dict[str, Any] = {name: value for name, value in regrade.items() if name in AUDITED}
    question_id, by = str(regrade["question_id"]), regrade["created_by"]
    audit.record("question.regraded", actor_id=by, target_kind="question", target_id=question_id, **details)
    return counted


def find(question_id: str, regrade_id: str) -> StoredRegrade:
    """Return a regrade of a question.

    Raises:
        NoSuchRegrade: there is none.
    """
    regrade = STORED.find_one({"_id": ObjectId(regrade_id), "question_id": ObjectId(question_id)})
    if regrade is None:
        raise NoSuchRegrade()
    return regrade


def concerned(regrade: StoredRegrade) -> Expression:
    """Return the filter for the attempts that ask the version, also those in progress, by the index of their lessons."""
    version_id = regrade["version_id"]
    asking = {"$or": [{"sections.questions.version_id": version_id}, {"sections.draw.pool.version_id": version_id}]}
    quizzes = [*Quiz.collection().find({"course_id": regrade["course_id"], "frozen": True, **asking}, {"lesson_id": 1})]
    return {
        "lesson_id": {"$in": sorted({quiz["lesson_id"] for quiz in quizzes})},
        "quiz_id": {"$in": [quiz["_id"] for quiz in quizzes]},
        "items.version_id": version_id,
        "voided_at": None,
    }
