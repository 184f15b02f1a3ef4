"""The draft's outline: which lessons a course has, in modules and in order."""

from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus
from learnstream.errors import Conflict, Unprocessable
from learnstream.services import courses
from learnstream.services.courses import Draft

MAX_LESSONS = 500
FIRST_MODULE = "Module 1"


class TooManyLessons(Conflict):
    code, detail = "too_many_lessons", f"A course has at most {MAX_LESSONS} lessons."


def lesson_ids(modules: list[dict[str, Any]]) -> list[ObjectId]:
    """Return the lessons of an outline in their order."""
    return [lesson_id for module in modules for lesson_id in module["lesson_ids"]]


def add_lesson(course_id: str, lesson_id: ObjectId, *, module_id: str | None = None) -> Draft:
    """Put a lesson at the end of a module, by default of the last one; nothing happens if it stands there already.

    Raises:
        NotFound: there is no such course.
        Conflict: `too_many_lessons`.
        Unprocessable: there is no such module.
    """
    course = Course.collection().find_one_and_update(
        {
            "_id": ObjectId(course_id),
            "status": {"$ne": CourseStatus.DELETED.value},
            "modules.lesson_ids": {"$ne": lesson_id},
            "$expr": {"$lt": [{"$sum": _each_module({"$size": "$$module.lesson_ids"})}, MAX_LESSONS]},
            **({"modules.id": module_id} if module_id else {}),
        },
        [{"$set": {"modules": _modules_with(lesson_id, module_id), "revision": _next_revision(), "updated_at": now()}}],
        courses.DRAFT_FIELDS,
        return_document=ReturnDocument.AFTER,
    )
    if course is None:
        return _why_not_added(course_id, lesson_id, module_id)
    courses.forget(course_id)
    return course


def remove_lesson(course_id: str, lesson_id: ObjectId) -> None:
    """Take a lesson out of the outline; nothing happens if it does not stand there."""
    removed = Course.collection().update_one(
        {"_id": ObjectId(course_id), "modules.lesson_ids": lesson_id},
        {
            "$pull": {"modules.$[].lesson_ids": lesson_id},
            "$inc": {"revision": 1},
            "$set": {"updated_at": now()},
        },
    )
    if removed.modified_count:
        courses.forget(course_id)


def _why_not_added(course_id: str, lesson_id: ObjectId, module_id: str | None) -> Draft:
    course = courses.draft(course_id)
    present = lesson_ids(course["modules"])
    if lesson_id in present:
        return course
    if len(present) >= MAX_LESSONS:
        raise TooManyLessons()
    if module_id and module_id not in {module["id"] for module in course["modules"]}:
        raise Unprocessable(errors={"json": {"module_id": ["There is no such module."]}})
    raise courses.EditConflict()


# The store puts the lesson in its place by itself, so that lessons added at the same moment do not hinder each other.


def _modules_with(lesson_id: ObjectId, module_id: str | None) -> dict[str, Any]:
    first = {"id": str(ObjectId()), "title": FIRST_MODULE, "lesson_ids": [lesson_id]}
    last = {"$let": {"vars": {"last": {"$last": "$modules"}}, "in": "$$last.id"}}
    target: Any = {"$literal": module_id} if module_id else last
    longer = {"$mergeObjects": ["$$module", {"lesson_ids": {"$concatArrays": ["$$module.lesson_ids", [lesson_id]]}}]}
    added = _each_module({"$cond": [{"$eq": ["$$module.id", target]}, longer, "$$module"]})
    return {"$cond": [{"$eq": ["$modules", []]}, [first], added]}


def _each_module(expression: dict[str, Any]) -> dict[str, Any]:
    return {"$map": {"input": "$modules", "as": "module", "in": expression}}


def _next_revision() -> dict[str, Any]:
    return {"$add": ["$revision", 1]}
