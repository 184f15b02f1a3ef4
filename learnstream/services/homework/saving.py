"""Saving drafts of submissions: one for each learner and lesson, which a unique index decides."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import Submission, SubmissionState
from learnstream.documents.submission import OwnSubmission, SubmissionContent
from learnstream.errors.authoring import EditConflict
from learnstream.errors.homework import NotAnAssignment
from learnstream.policies.seats import Seat
from learnstream.services.assignments import frozen
from learnstream.services.assignments.frozen import FrozenAssignment
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.homework import content, openness, submissions
from learnstream.services.homework.content import Given
from learnstream.services.homework.submissions import Standing, Tags
from learnstream.services.learning import progress

TRIES = 5


def save(*, lesson: VisibleLesson, seat: Seat, given: Given, expect: Tags = None) -> OwnSubmission:
    """Save a learner's draft as a whole, and return it; a first one is created. The same content again changes nothing.

    expect: the tags of states that it may replace (see `submissions.tag`).

    Raises:
        NotAnAssignment: the lesson is not an assignment.
        SubmissionClosed, SubmissionsExhausted, NotOpenAgain: the learner cannot hand in now.
        Unprocessable: the assignment does not take this.
        FileNotReady, FileRefused: a file cannot be handed in.
        EditConflict: the draft is in another state.
    """
    assignment = settings_of(lesson)
    for _ in range(TRIES):
        found, moment = submissions.standings(seat.user_id, lesson.view.id), now()
        openness.of(assignment, seat, found, moment).require()
        draft = submissions.draft_of(found)
        present = draft["files"] if draft else []
        new = content.read(given, assignment, owner_id=seat.user_id, present=present)
        if draft and draft["digest"] == content.digest(new):
            # Also for a repetition whose first response was lost: it names a state that it has changed itself.
            saved = submissions.find(draft["_id"])
        else:
            require_expected(found, expect)
            saved = _write(found, _fields(new, lesson, moment), lesson, seat)
        if saved is not None:
            content.keep(new["files"], unless=present)
            return saved
    raise EditConflict()


def settings_of(lesson: VisibleLesson) -> FrozenAssignment:
    """Return the settings of a lesson's assignment in the learner's version.

    Raises:
        NotAnAssignment: it has none.
    """
    if lesson.assignment_id is None:
        raise NotAnAssignment()
    return frozen.frozen(lesson.assignment_id)


def require_expected(found: Sequence[Standing], expect: Tags) -> None:
    """Raise unless a learner's draft is in one of the expected states.

    Raises:
        EditConflict: it is in another one.
    """
    if expect is not None and submissions.tag(found) not in expect:
        raise EditConflict()


def _fields(new: SubmissionContent, lesson: VisibleLesson, moment: datetime) -> dict[str, Any]:
    return {
        **new,
        "digest": content.digest(new),
        "assignment_id": ObjectId(lesson.assignment_id),
        "version": lesson.version,
        "saved_at": moment,
    }


def _write(
    found: Sequence[Standing], fields: dict[str, Any], lesson: VisibleLesson, seat: Seat
) -> OwnSubmission | None:
    """Write a draft. Return None if it has been changed since the learner's submissions were `found`."""
    if draft := submissions.draft_of(found):
        return submissions.change(draft, {"$set": fields})
    if not found:
        # A lesson that was begun stays open. Before the draft is stored: a save that is repeated finds one.
        progress.report(progress.build_context(user_id=seat.user_id, lesson=lesson), progress.Report(opened=True))
    return _create(found, fields, lesson, seat)


def _new_id(lesson: VisibleLesson) -> ObjectId:
    # Usual ids tell to the second when the learner began, which staff know by name from the records of lessons.
    return ObjectId(token_bytes(12)) if settings_of(lesson).anonymous else ObjectId()


def _create(
    found: Sequence[Standing], fields: dict[str, Any], lesson: VisibleLesson, seat: Seat
) -> OwnSubmission | None:
    draft = {
        "_id": _new_id(lesson),
        "user_id": seat.user_id,
        "course_id": ObjectId(lesson.course_id),
        "lesson_id": ObjectId(lesson.view.id),
        "number": found[-1]["number"] + 1 if found else 1,
        "state": SubmissionState.DRAFT.value,
        "revision": 1,
        **fields,
    }
    try:
        Submission.collection().insert_one(draft)
    except DuplicateKeyError:
        return None
    return submissions.OWN.complete(draft)


def discard(*, lesson: VisibleLesson, seat: Seat, expect: Tags = None) -> None:
    """Delete a learner's draft, if there is one. What they handed in stays.

    Raises:
        NotAnAssignment: the lesson is not an assignment.
        EditConflict: the draft is in another state than expected.
    """
    settings_of(lesson)
    for _ in range(TRIES):
        found = submissions.standings(seat.user_id, lesson.view.id)
        require_expected(found, expect)
        draft = submissions.draft_of(found)
        if draft is None:
            return
        unchanged = {"_id": draft["_id"], "state": draft["state"], "revision": draft["revision"]}
        if Submission.collection().delete_one(unchanged).deleted_count:
            return
    raise EditConflict()
