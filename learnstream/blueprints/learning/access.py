"""Access to lessons and courses, with the reasons why one is closed and what would open it."""

from flask import Response

from learnstream.blueprints.common.authentication import caller, prefetches
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.learning import examples
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson
from learnstream.schemas.learning.access import CourseAccessSchema, LessonAccessSchema
from learnstream.services.delivery import visibility
from learnstream.services.learning import availability
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "access",
    __name__,
    position=110,
    title="Access",
    description="Which lessons and courses are open to the caller, and what would open the others.",
)


@blp.get("/lessons/<object_id:lesson_id>/access")
@prefetches(visibility.prefetch_keys)
@blp.response(200, LessonAccessSchema, example=examples.LESSON_ACCESS)
@blp.raises(NoSuchLesson)
def read_lesson_access(lesson_id: str) -> Response:
    """Check whether a lesson is open to the caller and, if not, what would open it.

    A closed lesson is not an error if the caller may see the course: `reasons` lists what keeps it closed, each with a
    stable `code` and its details.
    """
    return private_json(availability.for_lesson(lesson_id, caller))


@blp.get("/courses/<object_id:course_id>/access")
@blp.response(200, CourseAccessSchema, example=examples.COURSE_ACCESS)
@blp.raises(NoSuchCourse)
def read_course_access(course_id: str) -> Response:
    """Check whether a course is open to the caller, and which of its lessons are.

    The top-level `allowed` and `reasons` concern the course as a whole: an enrollment, or permission to change it.
    """
    return private_json(availability.for_course(course_id, caller))
