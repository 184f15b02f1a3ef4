"""Attempts at quizzes: starting, saving answers, submitting."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response

from learnstream.blueprints.assessment import attempt_examples
from learnstream.blueprints.common.authentication import caller, current_caller, prefetches
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_group import may_see_learner
from learnstream.blueprints.common.require_reader import require_readable_lesson
from learnstream.blueprints.common.responses import private_json
from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.accounts import TooManyFailures
from learnstream.errors.assessment import (
    AccessCodeWrong,
    AnswersTooLarge,
    AttemptBusy,
    AttemptsExhausted,
    NoSuchAttempt,
    NotAQuiz,
    QuizClosed,
    WaitBeforeRetry,
)
from learnstream.errors.authoring import NoSuchLesson
from learnstream.errors.enrollment import EnrollmentExpired, NotEnrolled
from learnstream.errors.learning import TooBusy
from learnstream.policies.access import LESSON_ACCESS_ERRORS, live_seat, require_seat
from learnstream.schemas.assessment.attempt import (
    AttemptSchema,
    ListedAttemptSchema,
    SavedSchema,
    SaveSchema,
    StartSchema,
)
from learnstream.services.assessment import (
    attempt_views,
    attempts,
    prefetching,
    review,
    saving,
    staff_attempts,
    starting,
    submitting,
)
from learnstream.services.assessment.answers import Given
from learnstream.services.assessment.attempts import Asked
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "attempt",
    __name__,
    position=145,
    title="Quizzes: attempts",
    description="Learners' own attempts at quizzes.",
)

HOW_TO = (Path(__file__).parents[2] / "templates" / "taking-quizzes.md").read_text()


@blp.post("/lessons/<object_id:lesson_id>/attempts")
@prefetches(prefetching.start_keys)
@blp.arguments(StartSchema)
@blp.response(201, AttemptSchema, example=attempt_examples.ATTEMPT)
@blp.alt_response(200, schema=AttemptSchema, example=attempt_examples.ATTEMPT, description="The attempt in progress.")
@blp.raises(NoSuchLesson, NotAQuiz, *LESSON_ACCESS_ERRORS, QuizClosed, AttemptsExhausted)
@blp.raises(WaitBeforeRetry, TooManyFailures, AccessCodeWrong, AttemptBusy, TooBusy)
def start_attempt(body: dict[str, Any], lesson_id: str) -> Response:
    """Start an attempt at a quiz, or continue the one in progress.

    There is one attempt in progress, with the same questions in the same order, however often and on however many
    devices it is started. Repeating the request is safe. Only learners with an enrollment can take a quiz.
    """
    lesson = require_readable_lesson(lesson_id)
    seat = lesson.seat or require_seat(current_caller(), lesson.course_id)
    attempt, started = starting.start(lesson=lesson, seat=seat, **body)
    response = private_json(attempt_views.shown(attempt, now()))
    response.status_code = 201 if started else 200
    return response


@blp.get("/lessons/<object_id:lesson_id>/attempts")
@prefetches(prefetching.start_keys)
@blp.response(200, ListedAttemptSchema(many=True), example=[attempt_examples.LISTED_ATTEMPT])
@blp.raises(NoSuchLesson, *LESSON_ACCESS_ERRORS, AttemptBusy, TooBusy)
@blp.paginate(CursorSchema)
def list_my_attempts(lesson_id: str, page: Page) -> Response:
    """List the caller's attempts at a quiz, the latest one first.

    Attempts that were given back are included. One whose time is over is submitted.
    """
    lesson, moment = require_readable_lesson(lesson_id), now()
    found = attempts.page(caller.id, lesson_id, requested_part(page))
    present = [submitting.ended(each, moment) for each in found.entries]
    seat = lesson.seat or live_seat(caller, lesson.course_id)
    visible = review.of_attempts(present, seat, moment)
    return private_json(entries(page, found.showing([*map(attempt_views.listed, present, visible)])))


@blp.get("/attempts/<object_id:attempt_id>")
@prefetches(prefetching.attempt_keys)
@blp.response(200, AttemptSchema, example=attempt_examples.ATTEMPT)
@blp.raises(NoSuchAttempt, NotEnrolled, EnrollmentExpired, AttemptBusy, TooBusy)
def read_attempt(attempt_id: str) -> Response:
    """Get an attempt: one of the caller's, or one of their learners'.

    With its questions, the answers that are stored, and the time that is left. An attempt whose time is over is
    submitted. The learner sees the result as far as the quiz's `review` settings show it by now. The course's staff see
    all of it, and `staff`; so do the staff of a group that is given the course, of its members' attempts.
    """
    asked, moment = attempts.facts(attempt_id), now()
    if asked.user_id != caller.id:
        return _read_as_staff(asked, moment)
    seat = require_seat(caller, asked.course_id)
    attempt = submitting.end_if_due(attempts.find(attempt_id), moment)
    return private_json(attempt_views.shown(attempt, moment, review.of_attempt(attempt, seat, moment)))


def _read_as_staff(asked: Asked, moment: datetime) -> Response:
    if not may_see_learner(asked.course_id, asked.user_id):
        raise NoSuchAttempt()
    attempt = submitting.end_if_due(attempts.find(asked.id), moment)
    return private_json(staff_attempts.shown(attempt, moment))


@blp.put("/attempts/<object_id:attempt_id>/answers")
@blp.doc(description=HOW_TO)
@blp.arguments(SaveSchema, example=attempt_examples.SAVE)
@blp.response(200, SavedSchema, example=attempt_examples.SAVED)
@blp.raises(NoSuchAttempt, attempt_examples.ATTEMPT_OVER, AnswersTooLarge, AttemptBusy, TooBusy)
@blp.raises(Unprocessable(errors={"json": {"answers": {"0": {"question_id": ["The attempt has no such question."]}}}}))
def save_answers(body: dict[str, Sequence[Given]], attempt_id: str) -> Response:
    """Save answers of an attempt in progress."""
    return private_json(saving.save(attempt_id, user_id=current_caller().id, given=body["answers"]))


@blp.post("/attempts/<object_id:attempt_id>/submit")
@blp.response(200, AttemptSchema, example=attempt_examples.SUBMITTED_ATTEMPT)
@blp.raises(NoSuchAttempt, AttemptBusy, TooBusy)
def submit_attempt(attempt_id: str) -> Response:
    """Submit an attempt, with the answers that are stored.

    Repeating the request is safe: an attempt is submitted once. The result is in the response as far as the learner may see
    it: not after the enrollment has ended.
    """
    attempt, moment = submitting.submit(attempt_id, user_id=caller.id), now()
    seat = live_seat(caller, str(attempt["course_id"]))
    return private_json(attempt_views.shown(attempt, moment, review.of_attempt(attempt, seat, moment)))
