"""The files that questions show, in all their versions: older ones are in published quizzes and attempts."""

from collections.abc import Collection, Sequence

from bson import ObjectId

from learnstream.documents.attempt import Attempt
from learnstream.documents.file import FilePurpose
from learnstream.documents.question import QuestionVersion
from learnstream.errors.questions import InvalidMedia
from learnstream.services.media import attachments
from learnstream.services.media.file_use import names_files


@names_files(FilePurpose.ATTACHMENT)
def named(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files a version of a question shows."""
    found = QuestionVersion.collection().distinct("media", {"media": {"$in": list(file_ids)}})
    return set(found) & set(file_ids)


def courses_naming(file_id: str) -> list[str]:
    """Return the ids of the courses whose questions show a file, or did."""
    found = QuestionVersion.collection().distinct("course_id", {"media": ObjectId(file_id)})
    return sorted(map(str, found))


def courses_asking(file_id: str, *, user_id: int) -> list[str]:
    """Return the courses in which an attempt of a user has a question that shows a file, in the version they are asked."""
    versions = QuestionVersion.collection().distinct("_id", {"media": ObjectId(file_id)})
    attempt = {"user_id": user_id, "items.version_id": {"$in": versions}}
    return [str(each) for each in Attempt.collection().distinct("course_id", attempt)] if versions else []


def hold(file_ids: Sequence[str]) -> None:
    """Let a question that is written next show files.

    Raises:
        InvalidMedia: one does not exist, or was not uploaded as an attachment.
        FileNotReady, FileRefused: one cannot be shown.
    """
    if problems := attachments.hold(file_ids):
        raise InvalidMedia(problems)
