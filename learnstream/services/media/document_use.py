"""The use of documents: by drafts of lessons, and by all versions of courses, also older ones, which can be restored."""

from collections.abc import Collection

from bson import ObjectId

from learnstream.documents import CourseVersion, FilePurpose, Lesson
from learnstream.services.media.file_use import names_files


@names_files(FilePurpose.DOCUMENT)
def named(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files a draft or a version refers to.

    A deleted course refers to its documents until it is purged; other courses that show them keep them.
    """
    wanted = {"$in": list(file_ids)}
    drafts = Lesson.collection().distinct("document_id", {"document_id": wanted, "deleted_at": None})
    versions = CourseVersion.collection().distinct("document_ids", {"document_ids": wanted})
    return {*drafts, *versions} & set(file_ids)


def courses_naming(file_id: str) -> list[str]:
    """Return the ids of the courses whose draft or any of whose versions refer to a document."""
    wanted = ObjectId(file_id)
    drafts = Lesson.collection().distinct("course_id", {"document_id": wanted, "deleted_at": None})
    versions = CourseVersion.collection().distinct("course_id", {"document_ids": wanted})
    return sorted(str(course_id) for course_id in {*drafts, *versions} - {None})
