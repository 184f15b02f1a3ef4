"""Learners' submissions for assignments: drafts, handing in, and what came of it."""

from flask import Response

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import current_caller, prefetches
from learnstream.blueprints.common.require_reader import require_readable_lesson
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.homework import submission_examples as examples
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import NoSuchLesson
from learnstream.errors.files import FileNotReady, FileRefused
from learnstream.errors.homework import (
    NotAnAssignment,
    NothingToSubmit,
    NotOpenAgain,
    SubmissionClosed,
    SubmissionsExhausted,
)
from learnstream.errors.learning import TooBusy
from learnstream.policies.access import LESSON_ACCESS_ERRORS, require_seat
from learnstream.policies.seats import Seat
from learnstream.schemas.homework.submission import (
    OwnSubmissionsSchema,
    SubmissionDraftSchema,
    SubmissionInputSchema,
    SubmissionReceiptSchema,
)
from learnstream.services.delivery import visibility
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.homework import saving, submission_views, submissions, submitting
from learnstream.services.homework.content import Given
from learnstream.services.homework.submissions import Tags
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "submission",
    __name__,
    position=147,
    title="Homework: submissions",
    url_prefix="/lessons/<object_id:lesson_id>/submission",
    description="Learners' own submissions for assignments.",
)

CLOSED = (SubmissionClosed, SubmissionsExhausted, NotOpenAgain)
NOT_TAKEN = Unprocessable(errors={"json": {"file_ids": {"0": ["You have no such file."]}}})


def _require_learner(lesson_id: str) -> tuple[VisibleLesson, Seat]:
    """Return a lesson that is open to the caller, and their seat."""
    lesson = require_readable_lesson(lesson_id)
    return lesson, lesson.seat or require_seat(current_caller(), lesson.course_id)


@blp.get("")
@prefetches(visibility.prefetch_keys)
@blp.response(200, OwnSubmissionsSchema, example=examples.OVERVIEW, headers=etag.ETAG)
@blp.raises(NoSuchLesson, NotAnAssignment, *LESSON_ACCESS_ERRORS, TooBusy)
def read_my_submissions(lesson_id: str) -> Response:
    """Get the caller's draft and submissions for an assignment, and whether they can hand in now.

    Of grades, it shows those that were released. The `ETag` is that of the draft, also if there is none yet: send it as
    `If-Match` when you save one.
    """
    lesson, seat = _require_learner(lesson_id)
    overview, tag = submission_views.overview(lesson, seat)
    return _tagged(private_json(overview), tag)


@blp.put("")
@prefetches(visibility.prefetch_keys)
@blp.arguments(SubmissionInputSchema, example=examples.SAVE)
@blp.response(200, SubmissionDraftSchema, example=examples.DRAFT)
@blp.raises(
    NoSuchLesson, NotAnAssignment, *LESSON_ACCESS_ERRORS, *CLOSED, FileNotReady, FileRefused, NOT_TAKEN, TooBusy
)
@etag.conditional_on_tags
def save_draft(body: Given, lesson_id: str, expect: Tags) -> Response:
    """Save a draft as a whole, which creates it if there is none.

    The first save after a submission begins the next one. Send the `ETag` of the state that you have read as `If-Match`:
    if the learner has saved something else on another device, the response is 412, and nothing is overwritten. The same
    content again changes nothing. Only learners with an enrollment can hand in homework.
    """
    lesson, seat = _require_learner(lesson_id)
    draft = saving.save(lesson=lesson, seat=seat, given=body, expect=expect)
    return _tagged(private_json(submission_views.shown_draft(draft)), submissions.tag_of(draft))


@blp.delete("")
@prefetches(visibility.prefetch_keys)
@blp.response(204)
@blp.raises(NoSuchLesson, NotAnAssignment, *LESSON_ACCESS_ERRORS)
@etag.conditional_on_tags
def delete_draft(lesson_id: str, expect: Tags) -> None:
    """Delete the caller's draft, if there is one.

    What they handed in stays. Repeating the request is safe, without `If-Match`.
    """
    lesson, seat = _require_learner(lesson_id)
    saving.discard(lesson=lesson, seat=seat, expect=expect)


@blp.post("/submit")
@prefetches(visibility.prefetch_keys)
@blp.response(201, SubmissionReceiptSchema, example=examples.RECEIPT)
@blp.alt_response(
    200, schema=SubmissionReceiptSchema, example=examples.RECEIPT, description="It had been handed in already."
)
@blp.raises(NoSuchLesson, NotAnAssignment, *LESSON_ACCESS_ERRORS, *CLOSED, NothingToSubmit, Unprocessable, TooBusy)
@etag.conditional_on_tags
def submit_draft(lesson_id: str, expect: Tags) -> Response:
    """Hand in the draft, and get the receipt.

    The server's clock decides: at the deadline exactly is in time. Without a newer draft, the response is the receipt of
    the last submission, so that repeating the request is safe. With `If-Match`, exactly that draft is handed in.
    """
    lesson, seat = _require_learner(lesson_id)
    submission, is_new = submitting.submit(lesson=lesson, seat=seat, expect=expect)
    response = _tagged(private_json(submission_views.receipt(submission)), submissions.tag_after(submission))
    response.status_code = 201 if is_new else 200
    return response


def _tagged(response: Response, tag: str) -> Response:
    response.headers["ETag"] = f'"{tag}"'
    return response
