"""Claims: who is about to grade a submission, so that two people do not grade the same one at once."""

from datetime import datetime, timedelta

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.documents.attempt import Claim
from learnstream.errors.homework import BeingGraded, NoSuchSubmission
from learnstream.services.assignments.anonymity import HANDED_IN
from learnstream.stores.mongo import Expression

HELD = timedelta(minutes=30)


def held(claim: Claim | None, at: datetime) -> Claim | None:
    """Return a claim if it holds at a time."""
    return claim if claim and claim["until"] > at else None


def require_free(claim: Claim | None, *, for_user: int, at: datetime) -> None:
    """Raise `BeingGraded` if another user's claim holds at a time."""
    holding = held(claim, at)
    if holding and holding["by"] != for_user:
        raise BeingGraded()


def free(*, for_user: int, at: datetime) -> Expression:
    """Return the condition of updates for submissions that no other user's claim holds at a time."""
    return {"$or": [{"claim": None}, {"claim.by": for_user}, {"claim.until": {"$lte": at}}]}


def claim(submission_id: str, *, by: int) -> Claim:
    """Claim a submission, or extend the claim.

    Raises:
        NoSuchSubmission: there is none.
        BeingGraded: another user has claimed it.
    """
    moment = now()
    new: Claim = {"by": by, "until": moment + HELD}
    which = {"_id": ObjectId(submission_id), **HANDED_IN}
    unclaimed = {**which, **free(for_user=by, at=moment)}
    if not Submission.collection().update_one(unclaimed, {"$set": {"claim": new}}).matched_count:
        raise BeingGraded() if Submission.collection().find_one(which, {"_id": 1}) else NoSuchSubmission()
    return new


def give_back(submission_id: str, *, by: int) -> None:
    """End a user's claim, if they have one."""
    Submission.collection().update_one({"_id": ObjectId(submission_id), "claim.by": by}, {"$set": {"claim": None}})
