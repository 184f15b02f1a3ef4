"""The files that belong to assignments: those of drafts, and of all versions, also older ones, which can be restored."""

from collections.abc import Collection, Sequence

from bson import ObjectId

from learnstream.documents import Assignment, CourseVersion, FilePurpose, Lesson
from learnstream.errors.assignment_lessons import InvalidAssignment
from learnstream.services.media import attachments
from learnstream.services.media.file_use import names_files


@names_files(FilePurpose.ATTACHMENT)
def named(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files the assignment of a draft or a version refers to.

    Settings that were replaced before they were published need none.
    """
    wanted = {"$in": list(file_ids)}
    showing = Assignment.collection().distinct("_id", {"attachments": wanted})
    used = _used(showing) if showing else set()
    found = Assignment.collection().distinct("attachments", {"_id": {"$in": list(used)}}) if used else []
    return set(found) & set(file_ids)


def _used(assignment_ids: Collection[ObjectId]) -> set[ObjectId]:
    wanted = {"$in": list(assignment_ids)}
    drafts = Lesson.collection().distinct("assignment_id", {"assignment_id": wanted, "deleted_at": None})
    versions = CourseVersion.collection().distinct("assignment_ids", {"assignment_ids": wanted})
    return {*drafts, *versions} & set(assignment_ids)


def naming(file_id: str) -> set[str]:
    """Return the ids of the assignments that have a file among their attachments."""
    found = Assignment.collection().distinct("_id", {"attachments": ObjectId(file_id)})
    return {str(assignment_id) for assignment_id in found}


def courses_naming(file_id: str) -> list[str]:
    """Return the ids of the courses whose draft, or any of whose versions, have an assignment with a file."""
    wanted = {"$in": [ObjectId(assignment_id) for assignment_id in naming(file_id)]}
    if not wanted["$in"]:
        return []
    drafts = Lesson.collection().distinct("course_id", {"assignment_id": wanted, "deleted_at": None})
    versions = CourseVersion.collection().distinct("course_id", {"assignment_ids": wanted})
    return sorted(str(course_id) for course_id in {*drafts, *versions} - {None})


def hold(file_ids: Sequence[str]) -> None:
    """Let an assignment that is written next have files.

    Raises:
        InvalidAssignment: one does not exist, or was not uploaded as an attachment.
        FileNotReady, FileRefused: one cannot be shown.
    """
    if problems := attachments.hold(file_ids):
        raise InvalidAssignment({"attachments": problems})
