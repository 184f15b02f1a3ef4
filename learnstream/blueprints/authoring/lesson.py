"""Lessons: for learners in the version of their enrollment, for authors as drafts."""

from typing import Any

from learnstream.blueprints.authoring import examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller, optional_token, prefetches
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.require_author import require_course_author, require_lesson_author
from learnstream.blueprints.common.require_reader import require_readable_draft, require_readable_lesson
from learnstream.documents import LessonKind
from learnstream.errors import Unauthenticated
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import AlreadyAttached, NoSuchCourse, NoSuchLesson, NotYourCourse, TooManyLessons
from learnstream.policies.access import LESSON_ACCESS_ERRORS, require_admin
from learnstream.schemas.authoring.lesson import DraftQuerySchema, LessonCreateSchema, LessonPatchSchema, LessonSchema
from learnstream.services.authoring import courses, lessons
from learnstream.services.authoring.lessons import DescribedLesson
from learnstream.services.delivery import visibility
from learnstream.services.foundation.content import Content
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "lesson",
    __name__,
    position=50,
    title="Lessons",
    description="Lessons: for learners in their version, for authors as drafts.",
)


@blp.post("/courses/<object_id:course_id>/lessons")
@blp.arguments(LessonCreateSchema, example=examples.NEW_LESSON)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, LessonSchema, example=examples.LESSON_DRAFT, headers=etag.CREATED)
@blp.raises(NoSuchCourse, NotYourCourse, TooManyLessons, examples.UNKNOWN_MODULE)
def create_lesson(body: dict[str, Any], course_id: str) -> tuple[DescribedLesson, dict[str, str]]:
    """Add a lesson to a course's draft.

    It is appended to the given module, by default to the last one; if the outline has no module, one is created.
    Learners see the lesson once the course is published.
    """
    require_course_author(course_id)
    kind = LessonKind(body.pop("kind"))
    lesson = lessons.create(course_id=course_id, created_by=caller.id, kind=kind, **body)
    location = {"Location": f"/lessons/{lesson['_id']}?draft=true"}
    return lessons.describe(lesson), etag.of(lesson) | location


@blp.get("/lessons/<object_id:lesson_id>")
@optional_token
@prefetches(visibility.prefetch_keys)
@blp.arguments(DraftQuerySchema, location="query")
@blp.response(200, LessonSchema, example=examples.LESSON)
@blp.raises(NoSuchLesson, Unauthenticated, *LESSON_ACCESS_ERRORS)
@etag.cacheable
def read_lesson(query: dict[str, Any], lesson_id: str) -> Content | tuple[DescribedLesson, dict[str, str]]:
    """Get a lesson.

    Learners get the version of their enrollment. Free previews are public, in the current version. With `draft=true`,
    the course's instructors and administrators get the draft, whose `ETag` they send as `If-Match` with changes; other
    callers get 404.
    """
    if query["draft"]:
        lesson = require_readable_draft(lesson_id)
        return lessons.describe(lesson), etag.of(lesson)
    return require_readable_lesson(lesson_id).content()


@blp.patch("/lessons/<object_id:lesson_id>")
@blp.arguments(LessonPatchSchema, example=examples.LESSON_CHANGE)
@confirms_caller
@blp.response(200, LessonSchema, example=examples.LESSON_DRAFT | examples.LESSON_CHANGE)
@blp.raises(
    NoSuchLesson, NoSuchCourse, NotYourCourse, AdminsOnly, AlreadyAttached, TooManyLessons, examples.UNKNOWN_MODULE
)
@etag.conditional
def update_lesson(
    body: dict[str, Any], lesson_id: str, expect: etag.Revisions
) -> tuple[DescribedLesson, dict[str, str]]:
    """Change a lesson's draft.

    Learners see the change once the course is published again. `course_id` assigns a course to an administrator's
    upload that has none; it cannot be changed afterwards.
    """
    require_lesson_author(lesson_id)
    if "course_id" in body:
        require_admin(caller)
        courses.view(body["course_id"])
    lesson = lessons.update(lesson_id=lesson_id, changes=body, expect=expect)
    return lessons.describe(lesson), etag.of(lesson)


@blp.delete("/lessons/<object_id:lesson_id>")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchLesson, NotYourCourse)
@etag.conditional
def delete_lesson(lesson_id: str, expect: etag.Revisions) -> None:
    """Remove a lesson from the draft.

    Published versions that contain the lesson keep it, under the same id.
    """
    require_lesson_author(lesson_id)
    lessons.delete(lesson_id=lesson_id, expect=expect)
