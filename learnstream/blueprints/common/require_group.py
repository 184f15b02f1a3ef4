"""Access checks for what a group's staff see."""

from learnstream.blueprints.common.authentication import caller
from learnstream.errors.assessment import NoSuchAttempt
from learnstream.models import Role
from learnstream.policies.access import (
    can_edit_course,
    require_can_edit_course,
    require_can_edit_lesson,
    require_group_staff,
)
from learnstream.policies.views import CourseView
from learnstream.services.analytics import analytics
from learnstream.services.assessment import attempts
from learnstream.services.assessment.attempts import Asked
from learnstream.services.authoring import courses
from learnstream.services.enrollment import group_staff


def require_visible_group(group_id: int) -> None:
    """Raise unless the caller is one of the group's staff, or an administrator."""
    require_group_staff(caller, group_staff.ids(group_id))


def require_visible_learners(course_id: str, group_id: int | None) -> None:
    """Raise unless the caller may see a course's learners, or those of them who are in a group."""
    _require_group(group_id)
    course = courses.view(course_id)
    if not _is_given(group_id, course):
        require_can_edit_course(caller, course)


def require_visible_lesson_learners(lesson_id: str, group_id: int | None) -> None:
    """Raise unless the caller may see a lesson's learners, or those of them who are in a group."""
    _require_group(group_id)
    lesson = analytics.lesson_view(lesson_id)
    if not _is_given(group_id, lesson.course):
        require_can_edit_lesson(caller, lesson)


def may_see_learner(course_id: str, user_id: int) -> bool:
    """Return whether the caller may see a learner of a course: as one of its staff, or of a group that has both."""
    if caller.role is Role.STUDENT:
        return False
    return can_edit_course(caller, courses.view(course_id)) or group_staff.is_staff_of(caller.id, user_id, course_id)


def require_visible_learner(course_id: str, user_id: int) -> None:
    """Raise unless the caller may see a learner of a course."""
    if not may_see_learner(course_id, user_id):
        require_can_edit_course(caller, courses.view(course_id))


def is_own_record(course_id: str, user_id: int) -> bool:
    """Return whether the caller sees a record of theirs as its learner: staff of the course see their own as others'."""
    return user_id == caller.id and not can_edit_course(caller, courses.view(course_id))


def require_marker(attempt_id: str) -> Asked:
    """Return an attempt that the caller may mark: as staff of its course, or of a group, and then not their own."""
    asked = attempts.facts(attempt_id)
    if not may_see_learner(asked.course_id, asked.user_id):
        raise NoSuchAttempt()
    if asked.user_id == caller.id and not can_edit_course(caller, courses.view(asked.course_id)):
        raise NoSuchAttempt()
    return asked


def require_attempt_author(attempt_id: str) -> None:
    """Raise unless the caller is staff of an attempt's course; a group's staff may see it, and mark it, but not more."""
    asked = attempts.facts(attempt_id)
    if not may_see_learner(asked.course_id, asked.user_id):
        raise NoSuchAttempt()
    require_can_edit_course(caller, courses.view(asked.course_id))


def _require_group(group_id: int | None) -> None:
    # Before the course, so that the error does not tell whether an unpublished course exists.
    if group_id is not None:
        require_visible_group(group_id)


def _is_given(group_id: int | None, course: CourseView | None) -> bool:
    return group_id is not None and course is not None and group_staff.has_course(group_id, course.id)
