"""Claims: who is about to mark which answers, so that two people do not mark the same one at once."""

from datetime import datetime, timedelta

from bson import ObjectId

from learnstream.documents import Attempt
from learnstream.documents.attempt import Claim

HELD = timedelta(minutes=30)


def is_held(claim: Claim | None, at: datetime) -> bool:
    """Return whether a claim holds at a time."""
    return claim is not None and claim["until"] > at


def is_claimed(claim: Claim | None, *, by_others_than: int, at: datetime) -> bool:
    """Return whether an answer is claimed by another user at a time."""
    return claim is not None and claim["by"] != by_others_than and is_held(claim, at)


def claim(attempt_id: ObjectId, question_id: str, *, by: int, at: datetime) -> Claim | None:
    """Claim an answer that awaits marking, or extend the claim. Return None if it is marked, or claimed by another."""
    path = f"claims.{question_id}"
    free = {"$or": [{path: None}, {f"{path}.by": by}, {f"{path}.until": {"$lte": at}}]}
    awaits = {"_id": attempt_id, f"marks.{question_id}": None, "voided_at": None}
    new: Claim = {"by": by, "until": at + HELD}
    claimed = Attempt.collection().update_one(awaits | free, {"$set": {path: new}})
    return new if claimed.matched_count else None
