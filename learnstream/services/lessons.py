"""Lessons: their drafts, and what a caller is shown of them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bson import ObjectId

from learnstream import cache
from learnstream.clock import now
from learnstream.documents import Lesson, LessonKind
from learnstream.errors import AppError
from learnstream.guards import STORE_FAILURES
from learnstream.policies.access import can_edit_course, live_seat
from learnstream.policies.views import Caller, CourseView, LessonView
from learnstream.services import courses, outlines, versions
from learnstream.services.content import Content
from learnstream.services.versions import NoSuchLesson

PLACE_SECONDS = 3600
PLACES = 20_000

Draft = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A published lesson in the version that its reader is shown."""

    view: LessonView
    version: int
    kind: LessonKind
    video_id: str | None
    content: Content


def resolve(lesson_id: str, caller: Caller | None) -> Shown:
    """Find the lesson in the version of the caller's live seat, else in the current one. Rights are not checked.

    Raises:
        NotFound: that version has no such lesson, or nothing was published.
    """
    course = courses.view(_place(lesson_id))
    number = version_for(caller, course)
    if number == 0:
        raise NoSuchLesson()
    content = versions.lesson(course.id, number, lesson_id)
    return Shown(
        view=LessonView(lesson_id, course, content.facts["free_preview"]),
        version=number,
        kind=LessonKind(content.facts["kind"]),
        video_id=content.facts["video_id"],
        content=content,
    )


def version_for(caller: Caller | None, course: CourseView) -> int:
    """Return the number of the version a caller is shown: their live seat's, else the current one (0: none yet)."""
    if caller is None or can_edit_course(caller, course):
        return course.current_version
    try:
        seat = live_seat(caller, course.id)
    except STORE_FAILURES:
        # What is open to everybody stays open while seats cannot be read; what is not, asks for the seat again.
        seat = None
    return seat.course_version if seat else course.current_version


def draft(lesson_id: str) -> Draft:
    """Return a lesson's draft.

    Raises:
        NotFound: there is none, or it was deleted.
    """
    lesson = Lesson.collection().find_one({"_id": ObjectId(lesson_id), "deleted_at": None})
    if lesson is None:
        raise NoSuchLesson()
    return lesson


def create(
    *, course_id: str | None, created_by: int, title: str, kind: LessonKind, module_id: str | None = None, **fields: Any
) -> Draft:
    """Make a draft at the end of a module, by default of the last one; without a course, one that waits for its course.

    Raises:
        NotFound, Conflict, Unprocessable: see `outlines.add_lesson`.
    """
    lesson: Draft = {
        "summary": "",
        "body": "",
        "free_preview": False,
        **fields,
        "_id": ObjectId(),
        "course_id": course_id and ObjectId(course_id),
        "title": title,
        "kind": kind.value,
        "video_id": None,
        "revision": 1,
        "created_by": created_by,
        "created_at": now(),
        "updated_at": now(),
        "deleted_at": None,
    }
    Lesson.collection().insert_one(lesson)
    if course_id:
        _enter(course_id, lesson["_id"], module_id)
    return lesson


def _enter(course_id: str, lesson_id: ObjectId, module_id: str | None) -> None:
    try:
        outlines.add_lesson(course_id, lesson_id, module_id=module_id)
    except AppError:
        Lesson.collection().delete_one({"_id": lesson_id})
        raise


@lru_cache(maxsize=PLACES)
def _place(lesson_id: str) -> str:
    """Return the id of a lesson's course, which never changes once there is one."""
    return cache.remember(f"lesson-place:{lesson_id}", lambda: _load_place(lesson_id), fresh_for=PLACE_SECONDS).decode()


def _load_place(lesson_id: str) -> bytes:
    lesson = Lesson.collection().find_one({"_id": ObjectId(lesson_id), "course_id": {"$ne": None}}, {"course_id": 1})
    if lesson is None:
        raise NoSuchLesson()
    return str(lesson["course_id"]).encode()
