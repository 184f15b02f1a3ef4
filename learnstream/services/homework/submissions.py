"""Learners' own submissions as they are stored, and what they are called in ETags."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, TypeVar

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.documents import Submission, SubmissionState
from learnstream.documents.projection import Projection
from learnstream.documents.submission import OwnSubmission, ReleasedGrade, SubmittedFile
from learnstream.stores.mongo import Expression

Tags = frozenset[str] | None  # what `If-Match` names; None for any


class Standing(TypedDict):
    """What decides whether a learner can save or hand in, of one submission; `digest` is of its content."""

    _id: ObjectId
    number: int
    state: str
    files: list[SubmittedFile]
    digest: str | None
    released: ReleasedGrade | None
    returned_at: datetime | None
    revision: int


S = TypeVar("S", bound=Standing)

OWN = Projection(Submission, OwnSubmission)
STANDING = Projection(Submission, Standing)
NOTHING_YET = "0"  # the tag of a learner without submissions
IN_ORDER = [("number", 1)]


def standings(user_id: int, lesson_id: str) -> list[Standing]:
    """Return the standings of a learner's submissions in a lesson, the first one first; a draft is the last one."""
    return STANDING.find(_own(user_id, lesson_id), sort=IN_ORDER)


def own(user_id: int, lesson_id: str) -> list[OwnSubmission]:
    """Return a learner's submissions in a lesson, the first one first; a draft is the last one."""
    return OWN.find(_own(user_id, lesson_id), sort=IN_ORDER)


def _own(user_id: int, lesson_id: str) -> dict[str, object]:
    return {"user_id": user_id, "lesson_id": ObjectId(lesson_id)}


def find(submission_id: ObjectId) -> OwnSubmission | None:
    """Return a submission; None if there is none any more."""
    return OWN.find_one({"_id": submission_id})


def change(draft: Standing, update: Expression) -> OwnSubmission | None:
    """Apply an update to a draft, and return it. Return None if it was changed, handed in or deleted since it was read."""
    unchanged = {"_id": draft["_id"], "state": draft["state"], "revision": draft["revision"]}
    changed = Submission.collection().find_one_and_update(
        unchanged,
        {**update, "$inc": {"revision": 1}},
        OWN.fields,
        return_document=ReturnDocument.AFTER,
    )
    return changed and OWN.complete(changed)


def draft_of(found: Sequence[S]) -> S | None:
    """Return the draft among a learner's submissions; None if there is none."""
    return found[-1] if found and found[-1]["state"] == SubmissionState.DRAFT else None


def handed_in(found: Sequence[S]) -> Sequence[S]:
    """Return those of a learner's submissions that are no drafts."""
    return found[:-1] if draft_of(found) else found


def tag_of(draft: Standing) -> str:
    """Return the tag of a draft's state."""
    return f"{draft['_id']}-{draft['revision']}"


def tag_after(last: Standing) -> str:
    """Return the tag of no draft, after the last submission."""
    return str(last["number"])


def tag(found: Sequence[Standing]) -> str:
    """Return the tag of a learner's draft; without one, the number of the last submission.

    So a client can save its first draft on the condition that no other client has.
    """
    draft = draft_of(found)
    return tag_of(draft) if draft else tag_after(found[-1]) if found else NOTHING_YET
