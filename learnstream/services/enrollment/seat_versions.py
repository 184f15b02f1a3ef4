"""The course versions in which seats begin."""

from collections.abc import Collection

from learnstream.documents import CourseStatus
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import CourseArchived
from learnstream.services.authoring import courses
from learnstream.services.foundation import locks


def open_versions(course_ids: Collection[str]) -> dict[str, int]:
    """Return the current versions of courses that are open to new learners, and keep them current by locks.

    Raises:
        NoSuchCourse, CourseArchived: one of the courses is not open.
    """
    locks.lock_courses_shared(course_ids)
    return {course_id: _open_version(course_id) for course_id in course_ids}


def _open_version(course_id: str) -> int:
    course = courses.view(course_id, latest=True)
    if course.status is CourseStatus.ARCHIVED:
        raise CourseArchived()
    if not course.is_public:
        raise NoSuchCourse()
    return course.current_version


def current_versions(course_ids: Collection[str]) -> dict[str, int]:
    """Return the current versions of courses, also of archived ones, and keep them current by locks."""
    locks.lock_courses_shared(course_ids)
    return {course_id: courses.view(course_id, latest=True).current_version for course_id in course_ids}
