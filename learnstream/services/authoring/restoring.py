"""Restoring: copies a published version back into the draft."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Course, Lesson, LessonVersion
from learnstream.documents.course import CourseDraft, LessonToRestore, Metadata, Module, Restoring
from learnstream.documents.course_version import StoredVersion, VersionLesson, VersionModule
from learnstream.documents.grading import StoredGrading
from learnstream.documents.lesson import WholeContent
from learnstream.documents.projection import Projection, pick
from learnstream.documents.reading_list import ReadingEntry
from learnstream.services.authoring import conditions, courses, outlines, snapshots, subjects, version_diff, versions
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.services.foundation import locks
from learnstream.stores.mongo import Expression


# Of a course, its metadata, outline, grading settings and reading list are restored. The slug may be linked to and
# instructors are permissions: both stay as they are.
class RestoredDraft(Metadata):
    modules: list[Module]
    grading: StoredGrading | None
    reading_list: list[ReadingEntry]


class Revision(TypedDict):
    _id: ObjectId
    revision: int


class DraftState(Revision):
    deleted_at: datetime | None


class RestoredContent(WholeContent):
    _id: ObjectId


DRAFTS = Projection(Lesson, DraftState)
REVISIONS = Projection(LessonVersion, Revision)
CONTENTS = Projection(LessonVersion, RestoredContent)


def restore(*, course_id: str, number: int, restored_by: int, expect: Collection[int] | None = None) -> CourseDraft:
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
    restored = _draft_from(version)
    # The subject may have been renamed or deleted since.
    present = subjects.link(restored, must_exist=False)
    fields = {**restored, **present, "restoring": _pending(course, version)}
    return finish(courses.change(course, {"$set": fields}, action=action))


def finish(course: CourseDraft) -> CourseDraft:
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
    course = course.copy()
    course.pop("restoring")
    return course


def _draft_from(version: StoredVersion) -> RestoredDraft:
    modules = [_module_from(module) for module in version["modules"]]
    return {
        **snapshots.metadata_of(version["course"]),
        "modules": modules,
        "grading": version["grading"],
        "reading_list": version["reading_list"],
    }


def _module_from(module: VersionModule) -> Module:
    lessons = module["lessons"]
    return {
        "id": module["id"],
        "title": module["title"],
        "lesson_ids": [lesson["id"] for lesson in lessons],
        **conditions.to_stored(module),
        "conditions": conditions.of_lessons(
            {"lesson_id": lesson["id"], **conditions.stated(lesson)} for lesson in lessons
        ),
    }


def _pending(course: CourseDraft, version: StoredVersion) -> Restoring:
    kept = set(version["lesson_ids"])
    removed = [lesson_id for lesson_id in outlines.lesson_ids(course["modules"]) if lesson_id not in kept]
    return {
        "token": ObjectId(),
        "version": version["number"],
        "lessons": _outdated([lesson for module in version["modules"] for lesson in module["lessons"]]),
        "removed": removed,
    }


def _outdated(entries: list[VersionLesson]) -> list[LessonToRestore]:
    """Return the lessons whose drafts differ from the version, with their current revisions."""
    drafts = {found["_id"]: found for found in DRAFTS.find(_any_of(entry["id"] for entry in entries))}
    contents = {found["_id"]: found for found in REVISIONS.find(_any_of(entry["version_id"] for entry in entries))}
    return [
        {"id": entry["id"], "version_id": entry["version_id"], "revision": drafts[entry["id"]]["revision"]}
        for entry in entries
        if drafts[entry["id"]]["deleted_at"]
        or drafts[entry["id"]]["revision"] != contents[entry["version_id"]]["revision"]
    ]


def _any_of(ids: Iterable[ObjectId]) -> Expression:
    return {"_id": {"$in": list(ids)}}


def _restore_lessons(lessons: list[LessonToRestore]) -> list[UpdateOne]:
    contents = {found["_id"]: found for found in CONTENTS.find(_any_of(lesson["version_id"] for lesson in lessons))}
    return [
        UpdateOne(
            # With the revision in the filter, later edits are kept and a repeated update changes nothing.
            {"_id": lesson["id"], "revision": lesson["revision"]},
            {
                "$set": {
                    **pick(WholeContent, contents[lesson["version_id"]]),
                    "deleted_at": None,
                    "updated_at": now(),
                },
                "$inc": {"revision": 1},
            },
        )
        for lesson in lessons
    ]


def _delete_lessons(lesson_ids: list[ObjectId]) -> list[UpdateOne]:
    return [UpdateOne({"_id": lesson_id}, {"$set": {"deleted_at": now()}}) for lesson_id in lesson_ids]
