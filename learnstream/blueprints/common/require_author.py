"""Access checks shared by the authors' endpoints."""

from learnstream.blueprints.common.authentication import caller
from learnstream.errors.files import NoSuchFile, UnknownFile
from learnstream.policies.access import require_can_edit_course, require_can_edit_lesson, require_can_import
from learnstream.policies.views import CourseView, LessonView
from learnstream.services.authoring import courses, lessons
from learnstream.services.delivery import file_access
from learnstream.services.media import files, video_use


def require_course_author(course_id: str) -> CourseView:
    """Return the course if the caller may change it."""
    course = courses.view(course_id)
    require_can_edit_course(caller, course)
    return course


def require_lesson_author(lesson_id: str) -> LessonView:
    """Return the lesson's draft as policies see it, if the caller may change it."""
    lesson = lessons.view_of(lessons.draft(lesson_id))
    require_can_edit_lesson(caller, lesson)
    return lesson


def require_asset_importer(asset_id: str) -> None:
    """Raise unless the caller may import the asset into one of their lessons."""
    using = () if caller.is_admin else video_use.courses_using(asset_id)
    require_can_import(caller, [courses.view(course_id) for course_id in using])


def require_attachable_file(file_id: str) -> None:
    """Raise unless the caller may show the file in a lesson: their own, or one that a course of theirs shows."""
    try:
        allowed = file_access.may_attach(caller, file_id, files.facts(file_id))
    except NoSuchFile:
        allowed = False
    if not allowed:
        raise UnknownFile()
