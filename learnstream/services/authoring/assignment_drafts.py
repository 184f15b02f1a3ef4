"""The assignments of lessons' drafts."""

from collections.abc import Collection

from bson import ObjectId

from learnstream.documents import LessonKind
from learnstream.documents.lesson import StoredLesson
from learnstream.errors.assignment_lessons import InvalidAssignment, NoAssignment
from learnstream.errors.authoring import NoSuchCourse
from learnstream.services.assignments import assignment_store, settings
from learnstream.services.assignments.settings import DescribedSettings, GivenSettings
from learnstream.services.authoring import assignment_versions, courses, lessons
from learnstream.services.media import attachments


def save(
    lesson_id: str, given: GivenSettings, *, expect: Collection[int] | None = None
) -> tuple[StoredLesson, DescribedSettings]:
    """Replace the assignment of a lesson's draft; published versions keep theirs. Return the draft and its assignment.

    Raises:
        NotFound: there is no such lesson.
        InvalidAssignment: it is due before the lesson opens; see also `settings.save`.
        FileNotReady, FileRefused: an attachment cannot be shown.
        Conflict: `not_an_assignment_lesson`, or `edit_conflict` if its revision is none of the expected ones.
    """
    lesson = lessons.require_kind(LessonKind.ASSIGNMENT, lesson_id, expect=expect)
    course = courses.draft(_course_of(lesson))
    if assignment_versions.is_due_too_early(course, lesson["_id"], given["due"]):
        raise InvalidAssignment({"due": ["Must not be before the lesson opens."]})
    saved = settings.save(course["_id"], lesson["_id"], given)
    lesson = lessons.set_assignment(lesson_id, saved["_id"], expect=expect)
    attachments.take_back(given["attachments"])
    return lesson, settings.describe(saved)


def read(lesson: StoredLesson) -> DescribedSettings:
    """Return the assignment of a draft.

    Raises:
        Conflict: `not_an_assignment_lesson`.
        NotFound: `no_assignment`.
    """
    lessons.require_kind_of(lesson, LessonKind.ASSIGNMENT)
    return settings.describe(assignment_store.find(_assignment_id(lesson)))


def remove(lesson_id: str, *, expect: Collection[int] | None = None) -> StoredLesson:
    """Remove the assignment of a lesson's draft; published versions keep it.

    Raises:
        NotFound: there is no such lesson, or `no_assignment`.
        Conflict: see `save`.
    """
    _assignment_id(lessons.require_kind(LessonKind.ASSIGNMENT, lesson_id, expect=expect))
    return lessons.set_assignment(lesson_id, None, expect=expect)


def _assignment_id(lesson: StoredLesson) -> ObjectId:
    if lesson["assignment_id"] is None:
        raise NoAssignment()
    return lesson["assignment_id"]


def _course_of(lesson: StoredLesson) -> str:
    if lesson["course_id"] is None:
        raise NoSuchCourse()
    return str(lesson["course_id"])
