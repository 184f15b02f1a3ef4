"""The caller's own grades and totals."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import caller, prefetches
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_reader import require_own_seat
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.grades import examples
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import NotEnrolled
from learnstream.policies import entitlements
from learnstream.schemas.grades.gradebook import CourseGradesSchema, MyGradesSchema
from learnstream.schemas.learning.course_progress import MyCoursesQuerySchema
from learnstream.services.grades import own
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "own_grades",
    __name__,
    position=146,
    title="Grades",
    description="The caller's own grades, and how totals follow from them.",
)


@blp.get("/courses/<object_id:course_id>/grades/me")
@prefetches(entitlements.seat_prefetch_keys)
@blp.response(200, CourseGradesSchema, example=examples.COURSE_GRADES)
@blp.raises(NoSuchCourse, NotEnrolled)
def read_my_course_grades(course_id: str) -> Response:
    """Get the caller's grades in a course.

    Each graded lesson, each category, and how the total follows from them, also in words; in the version of the
    enrollment, also after it has ended. Homework that is not released and scores that the quiz's `review` settings hold
    back are not shown and do not count.
    """
    return private_json(own.in_course(require_own_seat(course_id)))


@blp.get("/users/me/grades")
@prefetches(entitlements.seats_prefetch_keys)
@blp.arguments(MyCoursesQuerySchema, location="query")
@blp.response(200, MyGradesSchema(many=True), example=[examples.MY_GRADES])
@blp.paginate(CursorSchema)
def list_my_grades(query: dict[str, Any], page: Page) -> Response:
    """List what came of quizzes and homework in each of the caller's courses, latest enrollment first.

    Each course with its total, as `GET /courses/{course_id}/grades/me` explains it.
    """
    return private_json(entries(page, own.in_courses(caller.id, **query, part=requested_part(page))))
