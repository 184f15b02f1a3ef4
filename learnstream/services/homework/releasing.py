"""Releasing grades: all or some of a lesson's at once, so that their learners see them."""

from collections.abc import Collection
from datetime import datetime
from secrets import token_hex

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.documents.submission import SubmissionCause
from learnstream.errors import Unprocessable
from learnstream.services.assignments.anonymity import HANDED_IN
from learnstream.services.foundation import audit
from learnstream.services.homework import grade_events
from learnstream.stores.mongo import Expression

# Also of a submission that has none: then both are absent.
UNRELEASED = {"$expr": {"$ne": ["$grade.revision", "$released.revision"]}}


def release(lesson_id: str, *, by: int, submission_ids: Collection[str] | None = None) -> int:
    """Release the grades of a lesson's submissions that their learners do not see yet. Return how many there were.

    Repeating it releases nothing, or what an interrupted release has left.

    submission_ids: only those of these submissions.

    Raises:
        Unprocessable: some of these are no submissions of the lesson.
    """
    of_lesson: Expression = {"lesson_id": ObjectId(lesson_id), **HANDED_IN}
    if submission_ids is not None:
        of_lesson["_id"] = {"$in": [ObjectId(each) for each in submission_ids]}
        _require_all(of_lesson, submission_ids)
    release_id = token_hex(8)
    update = _update(release_id, by, now())
    released = Submission.collection().update_many({**of_lesson, **UNRELEASED}, update).modified_count
    if released:
        details = {"release_id": release_id, "released": released}
        audit.record("grades.released", actor_id=by, target_kind="lesson", target_id=lesson_id, **details)
    return released


def _require_all(which: Expression, submission_ids: Collection[str]) -> None:
    found = {str(each["_id"]) for each in Submission.collection().find(which, {"_id": 1})}
    if unknown := [each for each in submission_ids if each not in found]:
        message = f"Not submissions of this lesson: {', '.join(unknown)}."
        raise Unprocessable(errors={"json": {"submission_ids": [message]}})


def _update(release_id: str, by: int, at: datetime) -> list[Expression]:
    """Return what `marking` does for one grade, as one update for many."""
    revision = {"$add": ["$revision", 1]}
    seen = {"$mergeObjects": ["$grade", {"released_at": at}]}
    event = grade_events.released_together(release_id, by, at)
    fields = {
        "released": {"$unsetField": {"field": "private_note", "input": seen}},
        "completion_due": True,
        "pending_grade": revision,
        "revision": revision,
        "history": _with("$history", _change(by, at)),
        "pending_events": _with("$pending_events", event),
    }
    return [{"$set": fields}]


def _change(by: int, at: datetime) -> Expression:
    kept = {name: {"$ifNull": [f"${name}", None]} for name in ("grade", "due_at", "late_seconds", "penalty")}
    return {"cause": SubmissionCause.RELEASED.value, "by": by, "at": at, "reason": None, **kept}


def _with(items: str, item: Expression) -> Expression:
    return {"$concatArrays": [{"$ifNull": [items, []]}, [item]]}
