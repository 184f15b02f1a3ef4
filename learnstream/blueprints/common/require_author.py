"""Access checks shared by the authors' endpoints."""

from collections.abc import Sequence

from learnstream.blueprints.common.authentication import caller
from learnstream.documents.question import StoredQuestion
from learnstream.errors.assignment_lessons import InvalidAssignment
from learnstream.errors.files import NoSuchFile, UnknownFile
from learnstream.errors.questions import InvalidMedia, NoSuchQuestion
from learnstream.policies.access import (
    can_edit_course,
    require_can_edit_course,
    require_can_edit_lesson,
    require_can_import,
)
from learnstream.policies.views import CourseView, LessonView
from learnstream.services.authoring import courses, lessons
from learnstream.services.delivery import file_access
from learnstream.services.media import files, video_use
from learnstream.services.quizzes import questions


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


def require_question_author(question_id: str) -> StoredQuestion:
    """Return a question if the caller may change its course; for others it does not exist."""
    question = questions.find(question_id)
    if not can_edit_course(caller, courses.view(str(question["course_id"]))):
        raise NoSuchQuestion()
    return question


def require_attachable_file(file_id: str) -> None:
    """Raise unless the caller may show the file in a lesson: their own, or one that a course of theirs shows."""
    if not _may_attach(file_id):
        raise UnknownFile()


def require_attachable_media(file_ids: Sequence[str]) -> None:
    """Raise unless the caller may show the files in a question: their own, or those that a course of theirs shows."""
    if unknown := _unattachable(file_ids):
        raise InvalidMedia(unknown)


def require_assignable_files(file_ids: Sequence[str]) -> None:
    """Raise unless the caller may add the files to an assignment: their own, or those that a course of theirs shows."""
    if unknown := _unattachable(file_ids):
        raise InvalidAssignment({"attachments": unknown})


def _unattachable(file_ids: Sequence[str]) -> dict[int, list[str]]:
    """Return messages for the files that the caller may not show, by place."""
    return {index: ["The file does not exist."] for index, file_id in enumerate(file_ids) if not _may_attach(file_id)}


def _may_attach(file_id: str) -> bool:
    try:
        return file_access.may_attach(caller, file_id, files.facts(file_id))
    except NoSuchFile:
        return False
