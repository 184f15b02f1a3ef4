"""Single grades: their overrides by the course's staff, and their history."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.blueprints.common.require_group import is_own_record, require_visible_learner
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import NoSuchSeat
from learnstream.errors.grades import NotGraded
from learnstream.schemas.grades.record import GradeChangeSchema, GradeOverrideWriteSchema, OverriddenGradeSchema
from learnstream.services.grades import history, overridden, overrides
from learnstream.services.grades.history import Change
from learnstream.services.grades.overridden import Shown
from learnstream.services.grades.overrides import Override
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "grade",
    __name__,
    position=175,
    title="Grades: single ones",
    url_prefix="/courses/<object_id:course_id>/learners/<row_id:user_id>/grades/<object_id:lesson_id>",
    description="Single grades: overrides by the course's staff, and how a grade came about.",
)
EXAMPLE = {"points": 2.5, "reason": "Answered orally."}


@blp.put("")
@blp.arguments(GradeOverrideWriteSchema, example=EXAMPLE)
@confirms_caller
@commits()
@blp.response(200, OverriddenGradeSchema)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, NotGraded)
def replace_grade_override(body: dict[str, Any], course_id: str, user_id: int, lesson_id: str) -> Shown:
    """Set a learner's grade in a lesson, excuse the lesson, or undo either.

    The override counts in place of the computed points, whatever is marked, regraded or handed in later. The learner sees
    it at once, with its reason; if the lesson's grades are held back, with their release. Undoing it (`points: null`) lets
    the computed points count again. The same override again changes nothing. For the course's staff.
    """
    require_course_author(course_id)
    grade = overrides.apply(
        course_id=course_id, user_id=user_id, lesson_id=lesson_id, override=Override(by=caller.id, **body)
    )
    return overridden.shown(grade)


@blp.get("/history")
@blp.lists(GradeChangeSchema)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat)
def list_grade_changes(course_id: str, user_id: int, lesson_id: str, page: Page) -> Sequence[Change]:
    """List how a grade came to change, latest first.

    The course's staff and, for their own learners, the staff of groups see all; while homework is marked anonymously, only
    overrides. Learners see the released changes of their own grade, without who made them.
    """
    of_grade: dict[str, Any] = {"course_id": course_id, "user_id": user_id, "lesson_id": lesson_id}
    part = requested_part(page)
    if is_own_record(course_id, user_id):
        return entries(page, history.to_learner(**of_grade, part=part))
    require_visible_learner(course_id, user_id)
    return entries(page, history.to_staff(**of_grade, part=part))
