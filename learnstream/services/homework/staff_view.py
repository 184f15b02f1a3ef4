"""A submission as staff see it: all of it, with the rubric, its history, and the learner's other submissions."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict

from learnstream.documents.submission import Grade, SubmissionCause, SubmissionChange, SubmittedFile, WholeSubmission
from learnstream.services.assignments.frozen import Criterion, frozen
from learnstream.services.homework import handed_in, pseudonyms, staff_list, submission_files
from learnstream.services.homework.staff_list import Listed


class ShownGrade(TypedDict):
    """A grade; `levels` are by criterion."""

    points: float
    max_points: float
    levels: dict[str, str] | None
    comment: str
    private_note: str
    by: int
    at: datetime
    revision: int


class Earlier(TypedDict):
    """A change of the result, and the result before it."""

    cause: str
    by: int | None
    at: datetime
    reason: str | None
    grade: ShownGrade | None
    late_seconds: int
    penalty: float


class ShownFile(TypedDict):
    """A file of a submission; of an anonymous one, the name is replaced."""

    file_id: str
    name: str
    size: int
    type: str


class Shown(Listed):
    """A submission with its content."""

    text: str | None
    url: str | None
    files: list[ShownFile]
    digest: str | None
    rubric: tuple[Criterion, ...]
    grade: ShownGrade | None
    return_comment: str | None
    history: list[Earlier]
    submissions: list[Listed]


def shown(submission: WholeSubmission) -> Shown:
    """Return a submission as staff see it. `submissions` are all of that learner's in the lesson, the first one first."""
    everything = staff_list.listed(handed_in.of_learner(submission["lesson_id"], submission["user_id"]))
    [entry] = staff_list.listed([submission])
    return {
        **entry,
        "text": submission["text"],
        "url": submission["url"],
        "files": [*_files(submission["files"], is_hidden=entry["anonymous"])],
        "digest": submission["digest"],
        "rubric": frozen(str(submission["assignment_id"])).rubric,
        "grade": _grade(submission["grade"]),
        "return_comment": submission["return_comment"],
        "history": [*_history(submission, is_hidden=entry["anonymous"])],
        "submissions": everything,
    }


def _files(files: list[SubmittedFile], *, is_hidden: bool) -> Iterator[ShownFile]:
    for number, file in enumerate(files, 1):
        yield {
            "file_id": str(file["file_id"]),
            "name": submission_files.nameless(number, file["type"]) if is_hidden else file["name"],
            "size": file["size"],
            "type": file["type"],
        }


def _grade(grade: Grade | None) -> ShownGrade | None:
    return grade and {
        "points": float(grade["points"].to_decimal()),
        "max_points": float(grade["max_points"].to_decimal()),
        "levels": grade["levels"],
        "comment": grade["comment"],
        "private_note": grade["private_note"],
        "by": grade["by"],
        "at": grade["at"],
        "revision": grade["revision"],
    }


def _history(submission: WholeSubmission, *, is_hidden: bool) -> Iterator[Earlier]:
    for change in handed_in.history(submission):
        # It follows a learner's extension, which has their name and its time.
        if not (is_hidden and change["cause"] == SubmissionCause.LATENESS):
            yield _earlier(change, is_hidden=is_hidden)


def _earlier(change: SubmissionChange, *, is_hidden: bool) -> Earlier:
    penalty = change["penalty"]
    return {
        "cause": change["cause"],
        "by": change["by"],
        "at": change["at"],
        "reason": change["reason"],
        "grade": _grade(change["grade"]),
        "late_seconds": pseudonyms.shown_lateness(change["late_seconds"], is_hidden=is_hidden),
        "penalty": float(penalty.to_decimal()) if penalty else 0.0,
    }
