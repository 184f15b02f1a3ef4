"""Restoring: copies a published version back into the draft."""

from collections.abc import Collection
from typing import Any

from bson import ObjectId
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Course, Lesson, LessonVersion
from learnstream.documents.base import Document
from learnstream.services.authoring import conditions, courses, outlines, snapshots, version_diff, versions
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.services.authoring.courses import Draft
from learnstream.services.foundation import locks

# The restored fields. The slug may be linked to and instructors are permissions: both stay as they are.
CONTENT = tuple(name for name in snapshots.CONTENT if name != "updated_at")


def restore(*, course_id: str, number: int, restored_by: int, expect: Collection[int] | None = None) -> Draft:
    """Reset the draft to version `number`; nothing is published.

    One update of the course restores it and lists the lessons whose drafts are still to be restored. A lesson that is
    edited after that update keeps the edit.

    Raises:
        NotFound: there is no such course or version.
        EditConflict: the draft has changed in the meantime.
    """
    locks.lock_course(course_id)
    course = finish(courses.draft(course_id, expect=expect))
    version = versions.find(course_id, number)
    changed = version_diff.compare(version_diff.of_draft(course), version_diff.of_version(version))
    action = AuditedAction("course.restored", restored_by, {"version": number, "changes": version_diff.digest(changed)})
    fields = _draft_from(version) | {"restoring": _pending(course, version)}
    return finish(courses.change(course, {"$set": fields}, action=action))


def finish(course: Draft) -> Draft:
    """Restore the lesson drafts that a restored course still lists, if any."""
    pending = course.get("restoring")
    if not pending:
        return course
    writes = [*_restore_lessons(pending["lessons"]), *_delete_lessons(pending["removed"])]
    if writes:
        Lesson.collection().bulk_write(writes, ordered=False)
    Course.collection().update_one(
        {"_id": course["_id"], "restoring.token": pending["token"]}, {"$unset": {"restoring": ""}}
    )
    return {name: value for name, value in course.items() if name != "restoring"}


def _draft_from(version: dict[str, Any]) -> dict[str, Any]:
    modules = [_module_from(module) for module in version["modules"]]
    return snapshots.metadata_of(version["course"]) | {"modules": modules}


def _module_from(module: dict[str, Any]) -> dict[str, Any]:
    lessons = module["lessons"]
    return {
        "id": module["id"],
        "title": module["title"],
        "lesson_ids": [lesson["id"] for lesson in lessons],
        **conditions.to_stored(module | {"conditions": [lesson | {"lesson_id": lesson["id"]} for lesson in lessons]}),
    }


def _pending(course: Draft, version: dict[str, Any]) -> dict[str, Any]:
    kept = set(version["lesson_ids"])
    removed = [lesson_id for lesson_id in outlines.lesson_ids(course["modules"]) if lesson_id not in kept]
    return {
        "token": ObjectId(),
        "version": version["number"],
        "lessons": _outdated([lesson for module in version["modules"] for lesson in module["lessons"]]),
        "removed": removed,
    }


def _outdated(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lessons whose drafts differ from the version, with their current revisions."""
    drafts = _by_id(Lesson, [entry["id"] for entry in entries], {"revision": 1, "deleted_at": 1})
    contents = _by_id(LessonVersion, [entry["version_id"] for entry in entries], {"revision": 1})
    return [
        {"id": entry["id"], "version_id": entry["version_id"], "revision": drafts[entry["id"]]["revision"]}
        for entry in entries
        if drafts[entry["id"]]["deleted_at"]
        or drafts[entry["id"]]["revision"] != contents[entry["version_id"]]["revision"]
    ]


def _by_id(kind: type[Document], ids: list[ObjectId], fields: dict[str, int]) -> dict[ObjectId, dict[str, Any]]:
    return {found["_id"]: found for found in kind.collection().find({"_id": {"$in": ids}}, fields)}


def _restore_lessons(lessons: list[dict[str, Any]]) -> list[UpdateOne]:
    contents = _by_id(LessonVersion, [lesson["version_id"] for lesson in lessons], dict.fromkeys(CONTENT, 1))
    return [
        UpdateOne(
            # With the revision in the filter, later edits are kept and a repeated update changes nothing.
            {"_id": lesson["id"], "revision": lesson["revision"]},
            {
                "$set": {name: contents[lesson["version_id"]].get(name) for name in CONTENT}
                | {"deleted_at": None, "updated_at": now()},
                "$inc": {"revision": 1},
            },
        )
        for lesson in lessons
    ]


def _delete_lessons(lesson_ids: list[ObjectId]) -> list[UpdateOne]:
    return [UpdateOne({"_id": lesson_id}, {"$set": {"deleted_at": now()}}) for lesson_id in lesson_ids]
