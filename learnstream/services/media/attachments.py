"""Attachments of questions and assignments."""

from collections.abc import Iterable

from learnstream.documents.file import FilePurpose
from learnstream.errors.files import NoSuchFile, WrongPurpose
from learnstream.services.media import file_removal, files


def hold(file_ids: Iterable[str]) -> dict[int, list[str]]:
    """Let something that is written next show files; return messages for those that cannot be shown, by place.

    Raises:
        FileNotReady, FileRefused: one cannot be shown.
    """
    problems = {}
    for index, file_id in enumerate(file_ids):
        try:
            files.hold(file_id, purpose=FilePurpose.ATTACHMENT)
        except NoSuchFile:
            problems[index] = ["The file does not exist."]
        except WrongPurpose:
            problems[index] = ["Must be a file with the purpose attachment."]
    return problems


def take_back(file_ids: Iterable[str]) -> None:
    """Keep files whose removal was requested before something showed them."""
    for file_id in file_ids:
        file_removal.take_back(file_id)
