"""Marking learners' answers by hand, for the course's staff and, of their own learners, the staff of groups."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_group import require_marker, require_visible_learners
from learnstream.blueprints.common.responses import private_json
from learnstream.errors.assessment import (
    AttemptBusy,
    AttemptInProgress,
    AttemptVoided,
    ClaimedByAnother,
    NoSuchAttempt,
    NotAsked,
)
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.schemas.assessment.marking import (
    AwaitingAnswerSchema,
    ClaimSchema,
    MarkedSchema,
    MarkWriteSchema,
    QueueQuerySchema,
)
from learnstream.services.assessment import hand_marking, marking_queue
from learnstream.services.assessment.hand_marking import Given, Marked
from learnstream.services.assessment.marking_queue import Shown
from learnstream.services.grades import moving
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "marking",
    __name__,
    position=164,
    title="Quizzes: marking",
    description="Answers that are marked by hand, and corrections of results.",
)


@blp.get("/courses/<object_id:course_id>/marking")
@blp.arguments(QueueQuerySchema, location="query")
@blp.response(200, AwaitingAnswerSchema(many=True))
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
@blp.paginate(CursorSchema)
def list_answers_to_mark(query: dict[str, Any], course_id: str, page: Page) -> Response:
    """List the answers of a course that await marking by hand, those of the oldest attempts first.

    With `group_id`, a group's staff see those of its members also in courses that they do not teach, if the group is given
    the course.
    """
    require_visible_learners(course_id, query.get("group_id"))
    return private_json(entries(page, marking_queue.browse(course_id, part=requested_part(page), **query)))


@blp.post("/courses/<object_id:course_id>/marking/claim")
@blp.arguments(ClaimSchema, example={"count": 5})
@confirms_caller
@blp.response(200, AwaitingAnswerSchema(many=True))
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def claim_answers(body: dict[str, Any], course_id: str) -> Sequence[Shown]:
    """Claim answers to mark, for 30 minutes.

    Nobody else gets them meanwhile. Those that the caller has claimed before and not marked yet are among them, and are
    claimed for another 30 minutes, so repeating the request is safe.
    """
    require_visible_learners(course_id, body.get("group_id"))
    return marking_queue.claim(course_id, by=caller.id, **body)


@blp.patch("/attempts/<object_id:attempt_id>/answers/<object_id:question_id>")
@blp.arguments(MarkWriteSchema)
@confirms_caller
@commits()
@blp.response(200, MarkedSchema)
@blp.raises(NoSuchAttempt, NotAsked, AttemptInProgress, AttemptVoided, ClaimedByAnother, AttemptBusy)
@etag.conditional
def update_mark(
    body: dict[str, Any], attempt_id: str, question_id: str, expect: etag.Revisions
) -> tuple[Marked, dict[str, str]]:
    """Mark an answer of a submitted attempt.

    Also one that was marked automatically or by somebody else; the earlier result stays in the attempt's history. For the
    course's staff, and the staff of a group that has the learner and the course.
    """
    asked = require_marker(attempt_id)
    marked = hand_marking.mark(attempt_id, question_id, Given(**body, by=caller.id, expect=expect))
    moving.move_of(asked.user_id, asked.lesson_id)
    return marked, etag.of(marked)
