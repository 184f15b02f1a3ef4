"""Carrying out regrades, in batches that can be repeated: a process that is killed loses and repeats nothing.

An attempt in progress is changed in nothing but its `revision`: who is about to submit it then reads the regrade.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState
from learnstream.documents.attempt import Cause, WholeAttempt
from learnstream.documents.regrade import Regrade, RegradeState, StoredRegrade
from learnstream.errors.assessment import AttemptBusy, NoSuchAttempt
from learnstream.services.assessment import attempts, completing, corrections, regrade_rules, regrades
from learnstream.services.assessment.corrections import Correction
from learnstream.services.foundation import outbox
from learnstream.services.foundation.tries import tries

log = logging.getLogger(__name__)

BATCH = 100  # attempts


class EarlierOneRuns(Exception):
    """An earlier regrade of the question is still running; the command is tried again."""


@outbox.handles(regrades.TOPIC)
def run(payload: dict[str, Any]) -> None:
    """Carry out a regrade, from where it was left."""
    regrade = _begin(ObjectId(payload["regrade_id"]))
    if regrade is None:
        return
    for batch in attempts.WHOLE.batches(_rest(regrade), BATCH, sort=[("_id", 1)]):
        _advance(regrade, batch)
    finished = {"state": RegradeState.DONE.value, "finished_at": now()}
    Regrade.collection().update_one({"_id": regrade["_id"]}, {"$set": finished})


def _begin(regrade_id: ObjectId) -> StoredRegrade | None:
    """Return a regrade, which holds from now on; None if it is done, or its course was deleted."""
    regrade = regrade_rules.STORED.find_one({"_id": regrade_id, "state": {"$ne": RegradeState.DONE.value}})
    if regrade is None:
        return None
    earlier = {"question_id": regrade["question_id"], "state": RegradeState.RUNNING.value, "_id": {"$lt": regrade_id}}
    if Regrade.collection().find_one(earlier, {"_id": 1}):
        raise EarlierOneRuns()
    Regrade.collection().update_one({"_id": regrade_id}, {"$set": {"state": RegradeState.RUNNING.value}})
    return regrade


def _rest(regrade: StoredRegrade) -> dict[str, Any]:
    position = regrade["position"]
    return {**regrades.concerned(regrade), **({"_id": {"$gt": position}} if position else {})}


def _advance(regrade: StoredRegrade, batch: Sequence[WholeAttempt]) -> None:
    changed = sum(_regrade(attempt, regrade) for attempt in batch)
    at = {"_id": regrade["_id"], "$or": [{"position": None}, {"position": {"$lt": batch[-1]["_id"]}}]}
    counts = {"done": len(batch), "changed": changed}
    Regrade.collection().update_one(at, {"$set": {"position": batch[-1]["_id"]}, "$inc": counts})


def _regrade(attempt: WholeAttempt, regrade: StoredRegrade) -> bool:
    """Regrade an attempt. Return whether its result is another one by it, also if that was done before."""
    for _ in tries():
        done = _touch(attempt) if attempt["state"] == AttemptState.IN_PROGRESS else _correct(attempt, regrade)
        if done is not None:
            return done
        try:
            attempt = attempts.find(str(attempt["_id"]))
        except NoSuchAttempt:
            return False
    raise AttemptBusy()


def _touch(attempt: WholeAttempt) -> bool | None:
    unchanged = {"_id": attempt["_id"], "revision": attempt["revision"]}
    touched = Attempt.collection().update_one(unchanged, {"$inc": {"revision": 1}})
    return False if touched.matched_count else None


def _correct(attempt: WholeAttempt, regrade: StoredRegrade) -> bool | None:
    if attempt["voided_at"]:
        return False
    correction = correction_of(attempt, regrade, now())
    if correction is None:
        present = attempt["marks"].get(str(regrade["question_id"]))
        return present is not None and present.get("regrade_id") == regrade["_id"]
    stored = corrections.store(attempt, correction)
    if stored is None:
        return None
    completing.follow(stored)
    return True


def correction_of(attempt: WholeAttempt, regrade: StoredRegrade, at: datetime) -> Correction | None:
    """Return what a regrade changes in a submitted attempt; None for nothing."""
    question_id = str(regrade["question_id"])
    new = regrade_rules.regraded(attempt, attempt["marks"], regrade, at)
    if new is None:
        return None
    marks = {question_id: corrections.successor(attempt["marks"].get(question_id), **new)}
    return Correction(Cause.REGRADED, regrade["created_by"], at, regrade["reason"], marks=marks)
