"""The caller's progress in courses, and where to resume."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.enrollment.enrollment import CARD
from learnstream.documents import CourseStatus
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import EnrollmentExpired, NotEnrolled
from learnstream.policies.access import require_seat
from learnstream.schemas.learning.course_progress import (
    CourseJourneySchema,
    HistoryQuerySchema,
    MyCourseSchema,
    MyCoursesQuerySchema,
    VisitSchema,
)
from learnstream.services.authoring import courses
from learnstream.services.learning import course_progress
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "overview",
    __name__,
    title="Progress: overview",
    description="The caller's progress in courses, and where to resume.",
)

COURSE_ID, MODULE_ID, LESSON_ID = "6560f3a2c1d4e5f6a7b8c9d0", "6560f3a2c1d4e5f6a7b8c9d1", "6560f3a2c1d4e5f6a7b8c9d2"
TITLE = "Why the moon has phases"
THEN = "2026-03-01T12:00:40+00:00"
PLACE = {"lesson_id": LESSON_ID, "title": TITLE, "module_id": MODULE_ID, "position": 40.1}
COUNTS = {"fraction": 0.4409, "completed": False, "completed_at": None, "completed_lessons": 0, "lesson_count": 1}
SUMMARY = {
    "course_id": COURSE_ID,
    "version": 2,
    **COUNTS,
    "last_active_at": THEN,
    "next_lesson": PLACE,
    "resume": PLACE,
}
LESSON = {
    "lesson_id": LESSON_ID,
    "title": TITLE,
    "kind": "video",
    "module_id": MODULE_ID,
    "fraction": 0.4409,
    "watched_seconds": 41,
    "position": 40.1,
    "completed": False,
    "completed_at": None,
    "completed_by": None,
    "last_active_at": THEN,
    "locked": False,
}
COURSE = SUMMARY | {
    "watched_seconds": 41,
    "modules": [{"id": MODULE_ID, "title": "The sky above us", **COUNTS}],
    "lessons": [LESSON],
}
MY_COURSE = SUMMARY | {
    "course": CARD,
    "status": "active",
    "open": True,
    "enrolled_at": "2026-02-01T12:00:00+00:00",
    "expires_at": None,
}
VISIT = {
    "lesson_id": LESSON_ID,
    "title": TITLE,
    "kind": "video",
    "course_id": COURSE_ID,
    "course": CARD,
    "position": 40.1,
    "duration": 93.4,
    "fraction": 0.4409,
    "completed": False,
    "completed_at": None,
    "last_active_at": THEN,
}


@blp.get("/courses/<object_id:course_id>/progress")
@blp.response(200, CourseJourneySchema, example=COURSE)
@blp.raises(NoSuchCourse, NotEnrolled, EnrollmentExpired)
def read_course(course_id: str) -> Response:
    """Get the caller's progress in a course.

    For the whole course, by module and by lesson, in the version of the enrollment; with where to resume, and which
    lessons are not open yet.
    """
    try:
        seat = require_seat(caller, course_id)
    except NotEnrolled:
        _require_known(course_id)
        raise
    return private_json(course_progress.for_course(seat))


@blp.get("/users/me/progress")
@blp.arguments(MyCoursesQuerySchema, location="query")
@blp.response(200, MyCourseSchema(many=True), example=[MY_COURSE])
@blp.paginate()
def list_mine(query: dict[str, Any], page: Page) -> Response:
    """List the caller's progress in each of their courses, latest enrollment first."""
    return private_json(entries(page, course_progress.for_learner(caller.id, **query, part=requested_part(page))))


@blp.get("/users/me/history")
@blp.arguments(HistoryQuerySchema, location="query")
@blp.response(200, VisitSchema(many=True), example=[VISIT])
@blp.paginate()
def history(query: dict[str, Any], page: Page) -> Response:
    """List the lessons that the caller has visited, most recent first.

    Covers all courses that are open to them.
    """
    return private_json(entries(page, course_progress.history(caller.id, **query, part=requested_part(page))))


def _require_known(course_id: str) -> None:
    if courses.view(course_id).status is CourseStatus.DRAFT:
        raise NoSuchCourse()
