"""The caller's progress in courses, and where to resume."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import caller, prefetches
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_reader import require_live_seat
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.learning import examples
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import EnrollmentExpired, NotEnrolled
from learnstream.policies import entitlements
from learnstream.schemas.learning.course_progress import (
    CourseJourneySchema,
    HistoryQuerySchema,
    MyCourseSchema,
    MyCoursesQuerySchema,
    VisitSchema,
)
from learnstream.services.learning import course_progress
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "overview",
    __name__,
    position=140,
    title="Progress: overview",
    description="The caller's progress in courses, and where to resume.",
)


@blp.get("/courses/<object_id:course_id>/progress")
@prefetches(entitlements.seat_prefetch_keys)
@blp.response(200, CourseJourneySchema, example=examples.COURSE_PROGRESS)
@blp.raises(NoSuchCourse, NotEnrolled, EnrollmentExpired)
def read_course_progress(course_id: str) -> Response:
    """Get the caller's progress in a course.

    For the whole course, by module and by lesson, in the version of the enrollment; with where to resume, which lessons
    are not open yet, and which books of the reading list have been read.
    """
    return private_json(course_progress.for_course(require_live_seat(course_id)))


@blp.get("/users/me/progress")
@prefetches(entitlements.seats_prefetch_keys)
@blp.lists(MyCourseSchema, query=MyCoursesQuerySchema, example=examples.MY_COURSE)
def list_my_progress(query: dict[str, Any], page: Page) -> Response:
    """List the caller's progress in each of their courses, latest enrollment first.

    Each entry has where to resume and the next lesson.
    """
    return private_json(entries(page, course_progress.for_learner(caller.id, **query, part=requested_part(page))))


@blp.get("/users/me/history")
@prefetches(entitlements.seats_prefetch_keys)
@blp.lists(VisitSchema, query=HistoryQuerySchema, example=examples.VISIT)
def list_my_history(query: dict[str, Any], page: Page) -> Response:
    """List the lessons that the caller has visited, most recent first.

    Covers all courses that are open to them.
    """
    return private_json(entries(page, course_progress.history(caller.id, **query, part=requested_part(page))))
