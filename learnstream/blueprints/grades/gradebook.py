"""The gradebook of a course, for its staff."""

from typing import Any

from flask import Response

from learnstream.blueprints.common import csv_export, xlsx_export
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_group import require_visible_learners
from learnstream.blueprints.common.require_submission import as_group_staff
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.common.xlsx_export import stream_xlsx
from learnstream.blueprints.grades import examples
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import NoSuchGroup, NoSuchSeat
from learnstream.policies import entitlements
from learnstream.schemas.enrollment.group_filter import GroupFilterSchema
from learnstream.schemas.grades.gradebook import CourseGradesSchema
from learnstream.schemas.grades.learners import (
    GradebookColumnsSchema,
    GradebookPageSchema,
    GradebookQuerySchema,
    GradebookRowSchema,
)
from learnstream.services.authoring import courses
from learnstream.services.enrollment import group_staff
from learnstream.services.grades import columns, learners, tables
from learnstream.services.grades.columns import Columns
from learnstream.services.grades.learners import LearnerFilter
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "gradebook",
    __name__,
    position=174,
    title="Gradebook",
    url_prefix="/courses/<object_id:course_id>",
    description="The grades of a course's learners, for its staff.",
)


@blp.get("/grades")
@blp.arguments(GradebookQuerySchema, location="query")
@blp.response(200, GradebookRowSchema(many=True), example=[examples.ROW])
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
@blp.paginate(GradebookPageSchema)
def list_grades(query: dict[str, Any], course_id: str, page: Page) -> Response:
    """List the learners of a course with their grades and totals, by name.

    Each in the version of their enrollment, also those who have left. Totals contain grades that are held back from the
    learner. What is marked anonymously is hidden, and does not count, until it is released. With `group_id`, a group's staff see
    its learners also in courses that they do not teach, if the group is given the course; their own they see as learners.
    """
    return private_json(entries(page, learners.browse(_visible(course_id, query), part=requested_part(page))))


def _visible(course_id: str, query: dict[str, Any]) -> LearnerFilter:
    """Return the filter for what the caller may see: a group's staff not their own grades, which may be held back."""
    require_visible_learners(course_id, query.get("group_id"))
    return LearnerFilter(course_id, except_for=as_group_staff(courses.view(course_id)), **query)


@blp.get("/grades/columns")
@blp.arguments(GroupFilterSchema, location="query")
@blp.response(200, GradebookColumnsSchema, example=examples.COLUMNS)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def read_grade_columns(query: dict[str, Any], course_id: str) -> Columns:
    """Get the columns of a course's gradebook: its categories and graded lessons.

    With `group_id` for the group's staff, as the list of grades.
    """
    require_visible_learners(course_id, query.get("group_id"))
    return columns.of(course_id)


@blp.get("/grades.csv")
@blp.arguments(GradebookQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def export_grades_csv(query: dict[str, Any], course_id: str) -> Response:
    """Export a course's gradebook as CSV.

    All learners, or those that the filters leave, with the figures of the list; for a group's staff as there. A lesson's
    column has the points, `excused`, `missing` for nothing that counts as 0, or `anonymous`.
    """
    return stream_csv(f"grades-{course_id}", *tables.read(_visible(course_id, query)))


@blp.get("/grades.xlsx")
@blp.arguments(GradebookQuerySchema, location="query")
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def export_grades_xlsx(query: dict[str, Any], course_id: str) -> Response:
    """Export a course's gradebook as XLSX.

    As the CSV.
    """
    return stream_xlsx(f"grades-{course_id}", *tables.read(_visible(course_id, query)))


@blp.get("/learners/<row_id:user_id>/grades")
@blp.arguments(GroupFilterSchema, location="query")
@blp.response(200, CourseGradesSchema, example=examples.COURSE_GRADES)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup, NoSuchSeat)
def read_learner_grades(query: dict[str, Any], course_id: str, user_id: int) -> Response:
    """Get a learner's grades in a course, and how the total follows from them.

    As staff see them in the list. With `group_id`, the learner must be in the group, and its staff see them as there.
    """
    group_id = query.get("group_id")
    visible = _visible(course_id, query)
    seat = entitlements.seat(user_id, course_id)
    is_member = group_id is None or group_staff.has_member(group_id, user_id)
    if seat is None or not is_member or user_id == visible.except_for:
        raise NoSuchSeat()
    return private_json(learners.explain(seat))
