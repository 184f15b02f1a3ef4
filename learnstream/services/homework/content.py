"""What learners hand in, checked against what the assignment takes."""

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Any, TypedDict

import orjson

from learnstream.documents import FilePurpose
from learnstream.documents.assignment import HandIn
from learnstream.documents.file import ListedFile
from learnstream.documents.submission import SubmissionContent, SubmittedFile
from learnstream.errors import Unprocessable
from learnstream.errors.files import NoSuchFile, WrongPurpose
from learnstream.services.assignments.frozen import FrozenAssignment
from learnstream.services.media import file_removal, files

DIGEST_BYTES = 16
NAMES = {HandIn.TEXT: "text", HandIn.URL: "url", HandIn.FILES: "file_ids"}


class Given(TypedDict):
    """What the learner sends; an empty text or URL is none."""

    text: str | None
    url: str | None
    file_ids: list[str]


def read(
    given: Given, assignment: FrozenAssignment, *, owner_id: int, present: Sequence[SubmittedFile]
) -> SubmissionContent:
    """Return what to store. Its files are held, unless they are `present` in the draft.

    Raises:
        Unprocessable: the assignment does not take it; the fields are named.
        FileNotReady, FileRefused: a file cannot be handed in.
    """
    text, url, file_ids = given["text"] or None, given["url"] or None, given["file_ids"]
    problems = _problems_of_kinds({HandIn.TEXT: text, HandIn.URL: url, HandIn.FILES: file_ids}, assignment)
    if text and len(text) > assignment.max_length:
        problems.setdefault("text", [f"Must have at most {assignment.max_length} characters."])
    if len(file_ids) > assignment.max_files:
        problems.setdefault("file_ids", [f"Must be at most {assignment.max_files} files."])
    _raise_for(problems)
    return {"text": text, "url": url, "files": _files(file_ids, assignment, owner_id, present)}


def check(content: SubmissionContent, assignment: FrozenAssignment) -> None:
    """Raise unless an assignment, whose settings may have changed since, takes a draft.

    Raises:
        Unprocessable: it does not; the fields of the draft are named.
    """
    given: Given = {
        "text": content["text"],
        "url": content["url"],
        "file_ids": [str(each["file_id"]) for each in content["files"]],
    }
    read(given, assignment, owner_id=0, present=content["files"])


def _problems_of_kinds(given: dict[HandIn, Any], assignment: FrozenAssignment) -> dict[str, Any]:
    return {
        NAMES[kind]: [f"This assignment takes no {kind}."]
        for kind, value in given.items()
        if value and kind not in assignment.kinds
    }


def _raise_for(problems: dict[str, Any]) -> None:
    if problems:
        raise Unprocessable(errors={"json": problems})


def _files(
    file_ids: Sequence[str], assignment: FrozenAssignment, owner_id: int, present: Sequence[SubmittedFile]
) -> list[SubmittedFile]:
    """Return the files by their ids. All problems of files are named by their places."""
    known = {str(each["file_id"]): each for each in present}
    found: list[SubmittedFile] = []
    problems: dict[int, list[str]] = {}
    for index, file_id in enumerate(file_ids):
        try:
            file = known.get(file_id) or _hold(file_id, owner_id)
        except NoSuchFile:
            problems[index] = ["You have no such file."]
            continue
        except WrongPurpose:
            problems[index] = [f"Must be a file with the purpose {FilePurpose.SUBMISSION}."]
            continue
        if problem := _problem_of(file, found, assignment):
            problems[index] = [problem]
        found.append(file)
    _raise_for({"file_ids": problems} if problems else {})
    return found


def _hold(file_id: str, owner_id: int) -> SubmittedFile:
    file: ListedFile = files.hold(file_id, purpose=FilePurpose.SUBMISSION, owner_id=owner_id)
    return {"file_id": file["_id"], "name": file["name"], "size": file["size"], "type": str(file["type"])}


def _problem_of(file: SubmittedFile, others: Iterable[SubmittedFile], assignment: FrozenAssignment) -> str | None:
    if any(file["file_id"] == other["file_id"] for other in others):
        return "Duplicate file."
    if file["size"] > assignment.max_bytes:
        return f"Must have at most {assignment.max_bytes} bytes."
    if file["type"] not in assignment.types:
        return f"Must be one of: {', '.join(assignment.types)}."
    return None


def keep(named: Iterable[SubmittedFile], *, unless: Collection[SubmittedFile]) -> None:
    """Keep files whose removal was requested before the draft named them, unless it named them already."""
    for each in named:
        if each not in unless:
            file_removal.take_back(str(each["file_id"]))


def digest(content: SubmissionContent) -> str:
    """Return a digest of what is handed in: files are named by their ids, whose contents never change."""
    plain = [content["text"], content["url"], [str(each["file_id"]) for each in content["files"]]]
    return blake2b(orjson.dumps(plain), digest_size=DIGEST_BYTES).hexdigest()


def is_empty(content: SubmissionContent) -> bool:
    """Return whether there is nothing to hand in."""
    return not ((content["text"] or "").strip() or content["url"] or content["files"])
