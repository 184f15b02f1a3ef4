"""What every door for authors asks first."""

from learnstream.blueprints.gate import caller
from learnstream.policies import entitlements
from learnstream.policies.access import require_can_edit_course, require_can_edit_lesson
from learnstream.policies.views import CourseView, LessonView
from learnstream.services.authoring import courses, lessons


def require_course_author(course_id: str) -> CourseView:
    """Return the course if the caller may change it."""
    course = courses.view(course_id)
    require_can_edit_course(caller, course)
    entitlements.confirm(caller)
    return course


def require_lesson_author(lesson_id: str) -> LessonView:
    """Return the lesson's draft as rules see it, if the caller may change it."""
    lesson = lessons.view_of(lessons.draft(lesson_id))
    require_can_edit_lesson(caller, lesson)
    entitlements.confirm(caller)
    return lesson
