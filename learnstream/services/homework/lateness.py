"""Lateness of submissions, computed anew after their learners' deadlines or the policy have changed.

It follows from when a submission was handed in, and from the deadlines that its learner has now: those of the
assignment in their version of the course, with their extensions.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from bson import Decimal128, ObjectId
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.documents.submission import Lateness, SubmissionCause, SubmissionChange, SubmissionOutcome
from learnstream.policies import entitlements
from learnstream.policies.seats import Seat
from learnstream.services.assignments import deadlines
from learnstream.services.assignments.deadlines import Deadlines
from learnstream.services.assignments.frozen import FrozenAssignment, frozen
from learnstream.services.delivery import syllabus
from learnstream.services.enrollment import accommodated
from learnstream.services.foundation import outbox
from learnstream.services.homework import handed_in
from learnstream.stores.mongo import Expression

BATCH = 500  # submissions
by_course = itemgetter("course_id")


def of(assignment: FrozenAssignment, times: Deadlines, submitted_at: datetime) -> Lateness:
    """Return the lateness of a submission that was handed in at a time, with these deadlines."""
    seconds = deadlines.late_seconds(submitted_at, times.due_at)
    return {
        "submitted_at": submitted_at,
        "due_at": times.due_at,
        "accepted_until": times.accepted_until,
        "late_seconds": seconds,
        "penalty": Decimal128(deadlines.penalty(assignment.late, seconds)),
    }


@outbox.handles(accommodated.EXTENSIONS)
def apply(payload: dict[str, Any]) -> None:
    """Compute the lateness of what learners have handed in anew, with the deadlines that they have now."""
    wanted: Expression = {"user_id": {"$in": payload["user_ids"]}, "submitted_at": {"$ne": None}}
    if payload["lesson_ids"] is not None:
        wanted["lesson_id"] = {"$in": [*map(ObjectId, payload["lesson_ids"])]}
    recompute(wanted)


def recompute(wanted: Expression) -> int:
    """Compute the lateness of submissions anew; return how many have another one, or other deadlines, than before.

    Reads the learners' seats from PostgreSQL. Safe to repeat, to interrupt and to run concurrently: one update each, of
    the submission as it was read.
    """
    return sum(_settle(batch) for batch in handed_in.OUTCOME.batches(wanted, BATCH))


def _settle(found: Collection[SubmissionOutcome]) -> int:
    changed = 0
    while writes := dict(_writes(found)):
        done = Submission.collection().bulk_write([*writes.values()], ordered=False).modified_count
        changed += done
        if done == len(writes):
            break
        # Some have been changed since they were read.
        found = handed_in.OUTCOME.find({"_id": {"$in": [*writes]}})
    return changed


def _writes(found: Collection[SubmissionOutcome]) -> Iterator[tuple[ObjectId, UpdateOne]]:
    for course_id, of_course in groupby(sorted(found, key=by_course), key=by_course):
        submissions = [*of_course]
        user_ids = {each["user_id"] for each in submissions}
        seats = {seat.user_id: seat for seat in entitlements.seats_in(str(course_id), [*user_ids])}
        for each in submissions:
            if each["user_id"] in seats and (update := _update(each, seats[each["user_id"]])):
                yield each["_id"], UpdateOne({"_id": each["_id"], "revision": each["revision"]}, update)


def _update(submission: SubmissionOutcome, seat: Seat) -> Expression | None:
    """Return the update to the lateness that a submission has now; None if it has it already."""
    assert submission["submitted_at"] is not None  # noqa: S101 - it is no draft
    assignment = _assignment(submission, seat)
    fresh = of(assignment, deadlines.deadlines(assignment, seat), submission["submitted_at"])
    before = {name: submission[name] for name in fresh}  # type: ignore[literal-required]
    if fresh == before:
        return None
    update: Expression = {"$set": {**fresh}, "$inc": {"revision": 1}}
    if (fresh["late_seconds"], fresh["penalty"]) != (before["late_seconds"], before["penalty"]):
        update["$set"] |= {"completion_due": True, "pending_grade": submission["revision"] + 1}
        update["$push"] = {"history": _change(submission)}
    return update


def _assignment(submission: SubmissionOutcome, seat: Seat) -> FrozenAssignment:
    """Return the assignment of the learner's version; that of the submission if the version has none there."""
    lesson = syllabus.get(seat.course_id, seat.course_version).by_id.get(str(submission["lesson_id"]))
    return frozen((lesson and lesson.assignment_id) or str(submission["assignment_id"]))


def _change(submission: SubmissionOutcome) -> SubmissionChange:
    return {
        "cause": SubmissionCause.LATENESS,
        "by": None,
        "at": now(),
        "reason": None,
        "grade": submission["grade"],
        "due_at": submission["due_at"],
        "late_seconds": submission["late_seconds"],
        "penalty": submission["penalty"],
    }
