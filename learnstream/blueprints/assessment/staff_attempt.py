"""Learners' attempts at a quiz, for the course's staff."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_group import require_visible_lesson_learners
from learnstream.blueprints.common.require_submission import as_group_staff
from learnstream.blueprints.common.responses import private_json
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.schemas.assessment.staff_attempt import AttemptQuerySchema, StaffListedAttemptSchema
from learnstream.services.analytics import analytics
from learnstream.services.assessment import staff_attempts
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "staff_attempt",
    __name__,
    position=163,
    title="Quizzes: attempts of learners",
    description="Learners' attempts at quizzes, for the course's staff.",
)


@blp.get("/lessons/<object_id:lesson_id>/quiz/attempts")
@blp.arguments(AttemptQuerySchema, location="query")
@blp.response(200, StaffListedAttemptSchema(many=True))
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchGroup)
@blp.paginate(CursorSchema)
def list_attempts(query: dict[str, Any], lesson_id: str, page: Page) -> Response:
    """List all learners' attempts at a quiz, the one that was started last first.

    With the results, whatever learners may see of them. With `group_id`, a group's staff see its learners' attempts also in
    courses that they do not teach, if the group is given the course; their own they see as learners.
    """
    require_visible_lesson_learners(lesson_id, query.get("group_id"))
    except_for = as_group_staff(analytics.lesson_view(lesson_id).course)
    found = staff_attempts.browse(lesson_id, part=requested_part(page), except_for=except_for, **query)
    return private_json(entries(page, found))
