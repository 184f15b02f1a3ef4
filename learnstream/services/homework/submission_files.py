"""The files of submissions: in use as long as a submission names them, what staff may read, and by which names."""

from collections.abc import Collection
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import FilePurpose, Submission, SubmissionState
from learnstream.documents.projection import Projection
from learnstream.documents.submission import SubmittedFile
from learnstream.services.assignments import anonymity
from learnstream.services.media.file_use import names_files
from learnstream.text import file_names


class HandedIn(TypedDict):
    """A submission that names a file."""

    _id: ObjectId
    user_id: int
    course_id: ObjectId
    lesson_id: ObjectId
    files: list[SubmittedFile]


class MaskedProperties(TypedDict, total=False):
    """What takes the place of properties of a file that tell whose anonymous homework it is.

    When it was uploaded is about when its learner, whose activity staff see by name, handed it in.
    """

    name: str
    created_at: None
    upload_expires_at: None


NAMING = Projection(Submission, HandedIn)


@names_files(FilePurpose.SUBMISSION)
def named(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files a submission names: also earlier ones, which staff can read."""
    found = Submission.collection().distinct("files.file_id", {"files.file_id": {"$in": list(file_ids)}})
    return set(found) & set(file_ids)


def handed_in_with(file_id: str) -> list[HandedIn]:
    """Return the submissions, all of the file's owner, that a file was handed in with. Drafts are their learners' own."""
    return NAMING.find({"files.file_id": ObjectId(file_id), "state": {"$ne": SubmissionState.DRAFT.value}})


def masked_for_staff(file_id: str, content_type: str | None) -> MaskedProperties:
    """Return what staff see in place of the properties of a file that was handed in; nothing if they may see these."""
    found = handed_in_with(file_id)
    if not anonymity.hidden([(each["lesson_id"], each["user_id"]) for each in found]):
        return {}
    numbers = (number for number, file in enumerate(found[0]["files"], 1) if str(file["file_id"]) == file_id)
    return {"name": nameless(next(numbers), content_type), "created_at": None, "upload_expires_at": None}


def nameless(number: int, content_type: str | None) -> str:
    """Return a name for the file with this number in an anonymous submission: people put their names into names of files."""
    return f"file-{number}{file_names.extension(content_type or '')}"
