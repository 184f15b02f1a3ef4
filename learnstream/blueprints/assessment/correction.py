"""Giving attempts back, and accepting late answers, for the course's staff."""

from typing import Any

from flask import Response

from learnstream.blueprints.assessment import attempt_examples
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.require_group import require_attempt_author
from learnstream.blueprints.common.responses import private_json
from learnstream.clock import now
from learnstream.documents.attempt import WholeAttempt
from learnstream.errors.assessment import AttemptBusy, AttemptInProgress, AttemptVoided, NoLateAnswers, NoSuchAttempt
from learnstream.errors.authoring import NotYourCourse
from learnstream.schemas.assessment.attempt import AttemptSchema
from learnstream.schemas.assessment.marking import LateAcceptanceSchema, VoidSchema
from learnstream.services.assessment import late_acceptance, staff_attempts, voiding
from learnstream.services.grades import moving
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "correction",
    __name__,
    position=166,
    title="Quizzes: corrections",
    url_prefix="/attempts/<object_id:attempt_id>",
    description="Corrections of attempts by the course's staff.",
)


@blp.post("/void")
@blp.arguments(VoidSchema)
@confirms_caller
@commits()
@blp.response(200, AttemptSchema, example=attempt_examples.VOIDED_ATTEMPT)
@blp.raises(NoSuchAttempt, NotYourCourse, AttemptBusy)
def void_attempt(body: dict[str, str], attempt_id: str) -> Response:
    """Give an attempt back to its learner.

    It does not count any more: the learner has another one instead. An attempt in progress ends. What was completed stays
    completed. Repeating the request changes nothing. For the course's instructors and administrators.
    """
    require_attempt_author(attempt_id)
    return _moved(voiding.void(attempt_id, by=caller.id, **body))


@blp.post("/late-answers/accept")
@blp.arguments(LateAcceptanceSchema, example={"reason": "The school's network was down."})
@confirms_caller
@commits()
@blp.response(200, AttemptSchema, example=attempt_examples.SUBMITTED_ATTEMPT)
@blp.raises(NoSuchAttempt, NotYourCourse, NoLateAnswers, AttemptInProgress, AttemptVoided, AttemptBusy)
def accept_late_answers(body: dict[str, Any], attempt_id: str) -> Response:
    """Have answers count that arrived after the end of an attempt.

    They take the place of those that were saved in time, and are marked. Repeating the request changes nothing. For the
    course's instructors and administrators.
    """
    require_attempt_author(attempt_id)
    return _moved(late_acceptance.accept(attempt_id, by=caller.id, **body))


def _moved(attempt: WholeAttempt) -> Response:
    """Return an attempt whose result has changed, with the grade of record up to date."""
    moving.move_of(attempt["user_id"], str(attempt["lesson_id"]))
    return private_json(staff_attempts.shown(attempt, now()))
