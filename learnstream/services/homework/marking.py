"""Grading submissions.

A grade is one update, on condition that the submission was not changed since it was read: the grade, what its learner
sees of it if they see it at once, the event, and what has yet to follow. The earlier grade stays in the history.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bson import Decimal128, ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.documents.assignment import Release
from learnstream.documents.submission import (
    Grade,
    ReleasedGrade,
    SubmissionCause,
    SubmissionChange,
    WholeSubmission,
)
from learnstream.errors.authoring import EditConflict
from learnstream.errors.homework import SubmissionBusy
from learnstream.services.assignments.frozen import FrozenAssignment, frozen
from learnstream.services.foundation.tries import tries
from learnstream.services.homework import claims, completing, grade_events, handed_in, rubrics
from learnstream.stores.mongo import Expression


@dataclass(frozen=True, slots=True)
class Given:
    """What a marker gives: `levels` by criterion, or else `points`, the comment to the learner, and a note for staff.

    `expect` are the revisions of the submission that the marker has seen; None for any.
    """

    by: int
    levels: Mapping[str, str] | None = None
    points: Decimal | None = None
    comment: str = ""
    private_note: str = ""
    expect: Collection[int] | None = None
    cause: SubmissionCause = SubmissionCause.GRADED


def mark(submission_id: str, given: Given) -> WholeSubmission:
    """Grade a submission, by the settings that it was handed in under. The same grade again changes nothing.

    Raises:
        NoSuchSubmission: there is none; also if it is a draft.
        Unprocessable: the points are above the maximum, or the levels are not those of the rubric.
        BeingGraded: another user has claimed it.
        EditConflict: it has been changed in the meantime.
        SubmissionBusy: it kept changing meanwhile.
    """
    submission = handed_in.find(submission_id)
    seen = _revision(submission["grade"])
    for _ in tries():
        grade = _grade(submission, given, frozen(str(submission["assignment_id"])))
        if _is_same(submission["grade"], grade):
            return completing.follow(submission)
        _require_unchanged(submission, given, seen)
        if stored := _store(submission, grade, given.cause):
            return completing.follow(stored)
        # Its lateness was computed anew, or a release came first: neither concerns the grade.
        submission = handed_in.find(submission_id)
    raise SubmissionBusy()


def _require_unchanged(submission: WholeSubmission, given: Given, seen: int) -> None:
    """Raise if a submission was changed since the marker, or this request, has read it, or is claimed.

    seen: the revision of its grade when this request began.
    """
    is_expected = given.expect is None or submission["revision"] in given.expect
    if not is_expected or _revision(submission["grade"]) != seen:
        raise EditConflict()
    claims.require_free(submission["claim"], for_user=given.by, at=now())


def _revision(grade: Grade | None) -> int:
    return grade["revision"] if grade else 0


def _grade(submission: WholeSubmission, given: Given, assignment: FrozenAssignment) -> Grade:
    return {
        "points": Decimal128(rubrics.points(assignment, levels=given.levels, points=given.points)),
        "max_points": Decimal128(assignment.points),
        "levels": dict(given.levels) if given.levels is not None else None,
        "comment": given.comment,
        "private_note": given.private_note,
        "by": given.by,
        "at": now(),
        "assignment_id": ObjectId(assignment.id),
        "revision": _revision(submission["grade"]) + 1,
    }


def _is_same(present: Grade | None, new: Grade) -> bool:
    ignored = {"at", "revision", "points"}
    return (
        present is not None
        and {name: value for name, value in present.items() if name not in ignored}
        == {name: value for name, value in new.items() if name not in ignored}
        and present["points"].to_decimal() == new["points"].to_decimal()
    )


def _store(submission: WholeSubmission, grade: Grade, cause: SubmissionCause) -> WholeSubmission | None:
    """Store a grade. Return the submission as it is then; None if it was changed or claimed since it was read."""
    unchanged = {
        "_id": submission["_id"],
        "revision": submission["revision"],
        **claims.free(for_user=grade["by"], at=grade["at"]),
    }
    found = Submission.collection().find_one_and_update(
        unchanged, _update(submission, grade, cause), handed_in.WHOLE.fields, return_document=ReturnDocument.AFTER
    )
    return None if found is None else handed_in.WHOLE.complete(found)


def _update(submission: WholeSubmission, grade: Grade, cause: SubmissionCause) -> Expression:
    revision = submission["revision"] + 1
    fields: Expression = {"grade": grade, "claim": None, "completion_due": True, "pending_grade": revision}
    pushed: Expression = {"history": earlier(submission, cause, by=grade["by"], at=grade["at"])}
    if frozen(str(grade["assignment_id"])).release is Release.AT_ONCE:
        fields["released"] = shown(grade, grade["at"])
        pushed["pending_events"] = grade_events.released_at_once(submission, grade)
    return {"$set": {**fields, "revision": revision}, "$push": pushed}


def shown(grade: Grade, at: datetime) -> ReleasedGrade:
    """Return what the learner sees of a grade that is released at a time."""
    seen = {name: value for name, value in grade.items() if name != "private_note"}
    return {**seen, "released_at": at}  # type: ignore[typeddict-item]


def earlier(
    submission: WholeSubmission, cause: SubmissionCause, *, by: int, at: datetime, reason: str | None = None
) -> SubmissionChange:
    """Return a change of a submission's result, with the result before it."""
    return {
        "cause": cause.value,
        "by": by,
        "at": at,
        "reason": reason,
        "grade": submission["grade"],
        "due_at": submission["due_at"],
        "late_seconds": submission["late_seconds"],
        "penalty": submission["penalty"],
    }
