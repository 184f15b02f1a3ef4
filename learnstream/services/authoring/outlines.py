"""The outline of a draft: its modules and the lessons in them, in order."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NotRequired

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus
from learnstream.documents.course import Conditions, CourseDraft, LessonConditions, Module
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import MAX_LESSONS, EditConflict, TooManyLessons
from learnstream.services.authoring import conditions, courses
from learnstream.stores.mongo import Expression

FIRST_MODULE = "Module 1"


class GivenModule(Conditions):
    """A module as an author submits it, without an id if it is new; ids are strings."""

    id: NotRequired[str]
    title: str
    lesson_ids: list[str]
    conditions: list[LessonConditions]


def lesson_ids(modules: list[Module]) -> list[ObjectId]:
    """Return the lesson ids of an outline in order."""
    return [lesson_id for module in modules for lesson_id in module["lesson_ids"]]


def replace(*, course_id: str, modules: list[GivenModule], expect: Collection[int] | None = None) -> CourseDraft:
    """Replace a draft's outline: `modules` is the whole outline, each `{id?, title, lesson_ids}` with the conditions of
    the module and its lessons.

    Raises:
        NotFound: there is no such course.
        Unprocessable: a lesson of the draft is missing, a lesson or module is listed twice or is not part of the draft,
            or the conditions are invalid (see `conditions.validate`).
        EditConflict: the draft has changed in the meantime.
    """
    course = courses.draft(course_id, expect=expect)
    _require_same_lessons(modules, lesson_ids(course["modules"]))
    _require_known_modules(modules, {module["id"] for module in course["modules"]})
    outline: list[Module] = [
        {
            "id": module.get("id") or str(ObjectId()),
            "title": module["title"],
            "lesson_ids": [ObjectId(lesson_id) for lesson_id in module["lesson_ids"]],
            **conditions.to_stored(module),
            "conditions": conditions.of_lessons(module["conditions"]),
        }
        for module in modules
    ]
    conditions.validate(outline)
    return courses.change(course, {"$set": {"modules": outline}})


def _require_same_lessons(modules: list[GivenModule], present: list[ObjectId]) -> None:
    given = Counter(lesson_id for module in modules for lesson_id in module["lesson_ids"])
    known = {str(lesson_id) for lesson_id in present}
    problems = {
        "Not lessons of this course": given.keys() - known,
        "Listed more than once": {lesson_id for lesson_id, times in given.items() if times > 1},
        "Missing": known - given.keys(),
    }
    _raise_if_any("lesson_ids", problems)


def _require_known_modules(modules: list[GivenModule], known: set[str]) -> None:
    given = Counter(module["id"] for module in modules if "id" in module)
    problems = {
        "Not modules of this course": given.keys() - known,
        "Listed more than once": {module_id for module_id, times in given.items() if times > 1},
    }
    _raise_if_any("id", problems)


def _raise_if_any(field: str, problems: Mapping[str, Collection[str]]) -> None:
    messages = [f"{problem}: {', '.join(sorted(ids))}." for problem, ids in problems.items() if ids]
    if messages:
        raise Unprocessable(errors={"json": {"modules": {field: messages}}})


def add_lesson(course_id: str, lesson_id: ObjectId, *, module_id: str | None = None) -> CourseDraft:
    """Add a lesson at the end of a module, by default the last one, unless the outline has it already.

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
        courses.DRAFT.fields,
        return_document=ReturnDocument.AFTER,
    )
    if course is None:
        return _explain_not_added(course_id, lesson_id, module_id)
    return courses.DRAFT.complete(course)


def remove_lesson(course_id: str, lesson_id: ObjectId) -> None:
    """Remove a lesson from the outline, with the conditions that name it, if the outline has it."""
    Course.collection().update_one(
        {"_id": ObjectId(course_id), "modules.lesson_ids": lesson_id},
        [{"$set": {"modules": _modules_without(lesson_id), "revision": _next_revision(), "updated_at": now()}}],
    )


def _explain_not_added(course_id: str, lesson_id: ObjectId, module_id: str | None) -> CourseDraft:
    course = courses.draft(course_id)
    present = lesson_ids(course["modules"])
    if lesson_id in present:
        return course
    if len(present) >= MAX_LESSONS:
        raise TooManyLessons()
    if module_id and module_id not in {module["id"] for module in course["modules"]}:
        raise Unprocessable(errors={"json": {"module_id": ["The module does not exist."]}})
    raise EditConflict()


# Pipeline updates let the store compute the new outline, so that concurrent additions do not conflict.


def _modules_with(lesson_id: ObjectId, module_id: str | None) -> Expression:
    first_module = {"id": str(ObjectId()), "title": FIRST_MODULE, "lesson_ids": [lesson_id]}
    last_id = {"$let": {"vars": {"last": {"$last": "$modules"}}, "in": "$$last.id"}}
    target: Any = {"$literal": module_id} if module_id else last_id
    extended = {"$mergeObjects": ["$$module", {"lesson_ids": {"$concatArrays": ["$$module.lesson_ids", [lesson_id]]}}]}
    added = _each_module({"$cond": [{"$eq": ["$$module.id", target]}, extended, "$$module"]})
    return {"$cond": [{"$eq": ["$modules", []]}, [first_module], added]}


def _modules_without(lesson_id: ObjectId) -> Expression:
    conditions = {
        "$map": {
            "input": _without("$$module.conditions", "$$each.lesson_id", lesson_id),
            "as": "entry",
            "in": {"$mergeObjects": ["$$entry", {"prerequisites": _prerequisites("$$entry", lesson_id)}]},
        }
    }
    reduced = {
        "lesson_ids": _without("$$module.lesson_ids", "$$each", lesson_id),
        "prerequisites": _prerequisites("$$module", lesson_id),
        "conditions": conditions,
    }
    return _each_module({"$mergeObjects": ["$$module", reduced]})


def _prerequisites(entry: str, lesson_id: ObjectId) -> Expression:
    return _without(f"{entry}.prerequisites", "$$each", str(lesson_id))


def _without(array: str, value: str, unwanted: Any) -> Expression:
    """Return an expression for the elements of an array whose value is not the unwanted one."""
    present = {"$ifNull": [array, []]}
    return {"$filter": {"input": present, "as": "each", "cond": {"$ne": [value, unwanted]}}}


def _each_module(expression: Expression) -> Expression:
    return {"$map": {"input": "$modules", "as": "module", "in": expression}}


def _next_revision() -> Expression:
    return {"$add": ["$revision", 1]}
