"""The files of submissions: in use as long as a submission names them, and what staff may read."""

from collections.abc import Collection
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import FilePurpose, Submission, SubmissionState
from learnstream.documents.projection import Projection
from learnstream.services.media.file_use import names_files


class HandedIn(TypedDict):
    """A submission that names a file."""

    _id: ObjectId
    user_id: int
    course_id: ObjectId
    lesson_id: ObjectId


NAMING = Projection(Submission, HandedIn)


@names_files(FilePurpose.SUBMISSION)
def named(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files a submission names: also earlier ones, which staff can read."""
    found = Submission.collection().distinct("files.file_id", {"files.file_id": {"$in": list(file_ids)}})
    return set(found) & set(file_ids)


def handed_in_with(file_id: str) -> list[HandedIn]:
    """Return the submissions, all of the file's owner, that a file was handed in with. Drafts are their learners' own."""
    return NAMING.find({"files.file_id": ObjectId(file_id), "state": {"$ne": SubmissionState.DRAFT.value}})
