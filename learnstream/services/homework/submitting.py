"""Handing in drafts, by one update that holds all that follows: lateness, event, completion and grade of record due.

So a draft is handed in once, as it was when it was checked, wherever a process ends.
"""

from collections.abc import Sequence
from datetime import datetime

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import SubmissionState
from learnstream.documents.submission import OwnSubmission
from learnstream.errors.authoring import EditConflict
from learnstream.errors.homework import NothingToSubmit
from learnstream.policies.seats import Seat
from learnstream.services.assignments.deadlines import Deadlines
from learnstream.services.assignments.frozen import FrozenAssignment
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.homework import (
    completing,
    content,
    lateness,
    openness,
    saving,
    submission_events,
    submissions,
)
from learnstream.services.homework.submissions import Standing, Tags


def submit(*, lesson: VisibleLesson, seat: Seat, expect: Tags = None) -> tuple[OwnSubmission, bool]:
    """Hand in a learner's draft, and return it. Without a newer draft, return what was handed in last, and False.

    expect: the tags of the drafts that may be handed in.

    Raises:
        NotAnAssignment: the lesson is not an assignment.
        NothingToSubmit: there is no draft, or nothing in it.
        SubmissionClosed, SubmissionsExhausted, NotOpenAgain: the learner cannot hand in now.
        Unprocessable: the assignment, which was changed since the draft was saved, does not take it.
        EditConflict: the draft is in another state.
    """
    assignment = saving.settings_of(lesson)
    for _ in range(saving.TRIES):
        found, moment = submissions.standings(seat.user_id, lesson.view.id), now()
        draft = submissions.draft_of(found)
        if draft is None:
            return _last(found), False
        saving.require_expected(found, expect)
        times = openness.of(assignment, seat, found, moment).require()
        _require_content(draft, assignment)
        if handed_in := _hand_in(draft, assignment, lesson, seat, times, moment):
            return completing.follow(handed_in), True
    raise EditConflict()


def _last(found: Sequence[Standing]) -> OwnSubmission:
    """Return the submission that was handed in last, and follow it if its first request did not."""
    submission = submissions.find(found[-1]["_id"]) if found else None
    if submission is None:
        raise NothingToSubmit()
    return completing.follow(submission)


def _require_content(draft: Standing, assignment: FrozenAssignment) -> None:
    """Raise unless there is something to hand in that the assignment takes."""
    stored = submissions.find(draft["_id"])
    # The draft is handed in only if it is still in the state that was found.
    if stored is None:
        return
    if content.is_empty(stored):
        raise NothingToSubmit()
    content.check(stored, assignment)


def _hand_in(
    draft: Standing, assignment: FrozenAssignment, lesson: VisibleLesson, seat: Seat, times: Deadlines, at: datetime
) -> OwnSubmission | None:
    """Hand in a draft. Return None if it has been changed since."""
    fields = {
        "state": SubmissionState.SUBMITTED.value,
        "assignment_id": ObjectId(assignment.id),
        "version": lesson.version,
        "superseded": False,
        "completion_due": True,
        "pending_grade": draft["revision"] + 1,
        **lateness.of(assignment, times, at),
    }
    event = submission_events.submitted(
        draft, at, course_id=lesson.course_id, lesson_id=lesson.view.id, user_id=_shown_user(assignment, seat)
    )
    return submissions.change(draft, {"$set": fields, "$push": {"pending_events": event}})


def _shown_user(assignment: FrozenAssignment, seat: Seat) -> int | None:
    return None if assignment.anonymous else seat.user_id
