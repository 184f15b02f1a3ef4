"""Access to lessons and courses, with the reasons why one is closed and what would open it."""

from flask import Response

from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.responses import private_json
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson
from learnstream.schemas.learning.access import CourseAccessSchema, LessonAccessSchema
from learnstream.services.learning import availability
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "access",
    __name__,
    title="Access",
    description="Which lessons and courses are open to the caller, and what would open the others.",
)

COURSE_ID, LESSON_ID, NEXT_ID = "6560f3a2c1d4e5f6a7b8c9d0", "6560f3a2c1d4e5f6a7b8c9d2", "6560f3a2c1d4e5f6a7b8c9d4"
CLOSED = {
    "allowed": False,
    "reasons": [
        {
            "code": "not_released_yet",
            "detail": "This lesson opens at 2026-04-01T08:00:00+00:00.",
            "unlocks_at": "2026-04-01T08:00:00+00:00",
        },
        {
            "code": "prerequisite_missing",
            "detail": "Complete this first: lesson “Why the moon has phases” (61% of the required 90% watched).",
            "prerequisite": {
                "kind": "lesson",
                "id": LESSON_ID,
                "title": "Why the moon has phases",
                "fraction": 0.61,
                "threshold": 0.9,
            },
        },
    ],
}
OPEN = {"allowed": True, "reasons": []}
LESSON = {"course_id": COURSE_ID, "lesson_id": NEXT_ID, "version": 2, **CLOSED}
COURSE = {
    "course_id": COURSE_ID,
    "version": 2,
    **OPEN,
    "is_author": False,
    "expires_at": None,
    "lessons": [{"lesson_id": LESSON_ID, **OPEN}, {"lesson_id": NEXT_ID, **CLOSED}],
}


@blp.get("/lessons/<object_id:lesson_id>/access")
@blp.response(200, LessonAccessSchema, example=LESSON)
@blp.raises(NoSuchLesson)
def read_lesson(lesson_id: str) -> Response:
    """Check whether a lesson is open to the caller and, if not, what would open it.

    A closed lesson is not an error if the caller may see the course: `reasons` lists what keeps it closed, each with a
    stable `code` and its details.
    """
    return private_json(availability.for_lesson(lesson_id, caller))


@blp.get("/courses/<object_id:course_id>/access")
@blp.response(200, CourseAccessSchema, example=COURSE)
@blp.raises(NoSuchCourse)
def read_course(course_id: str) -> Response:
    """Check whether a course is open to the caller, and which of its lessons are.

    The top-level `allowed` and `reasons` concern the course as a whole: an enrollment, or permission to change it.
    """
    return private_json(availability.for_course(course_id, caller))
