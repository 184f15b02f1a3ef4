"""Reading tables of grades: each row names a submission, by its id or, unless anonymous, by its learner's."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict, cast

from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Submission
from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.documents.projection import Projection
from learnstream.integrations import spreadsheets
from learnstream.integrations.files import FileStore
from learnstream.integrations.spreadsheets import Limits
from learnstream.models import Enrollment
from learnstream.services.assignments import anonymity
from learnstream.services.assignments.anonymity import HANDED_IN
from learnstream.services.homework.imports.columns import COLUMNS
from learnstream.services.media.file_processing import Checked, processes
from learnstream.services.media.file_purposes import CSV, XLSX
from learnstream.services.media.file_use import names_files
from learnstream.services.media.imports import cells
from learnstream.services.media.imports.cells import Cells
from learnstream.services.media.imports.remarks import Refused, Remark, remark
from learnstream.stores.sql import db

LIMITS = Limits(rows=20_000, columns=100, text=20_000)
ROW_ID = re.compile("[1-9][0-9]{0,17}")


class Place(TypedDict):
    """A submission, its learner, and whether they have handed in a later one."""

    _id: ObjectId
    user_id: int
    superseded: bool


PLACES = Projection(Submission, Place)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number, the submission that it is about, and its cells by column."""

    place: int
    submission_id: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Known:
    """What ids can name: the learners of the lesson's submissions, the latest submission of each, and hidden learners."""

    course_id: str
    user_ids: Mapping[str, int]
    latest: Mapping[int, str]
    hidden: Collection[int]


def read(chunks: Iterable[bytes], *, course_id: str, lesson_id: str) -> list[Row | Remark]:
    """Return the rows of a table of grades of a lesson, in order, and why others cannot be imported.

    Raises:
        Unusable: the file as a whole cannot be read.
    """
    rows, known = [*cells.read(chunks, LIMITS, COLUMNS)], _known(course_id, lesson_id)
    seen: dict[str, int] = {}
    return [row if isinstance(row, Remark) else _first(_row(*row, known), seen) for row in rows]


def _known(course_id: str, lesson_id: str) -> Known:
    of_lesson = {"lesson_id": ObjectId(lesson_id)}
    found = PLACES.find(of_lesson | HANDED_IN)
    return Known(
        course_id,
        user_ids={str(each["_id"]): each["user_id"] for each in found},
        latest={each["user_id"]: str(each["_id"]) for each in found if not each["superseded"]},
        hidden={user_id for _, user_id in anonymity.hidden_in(of_lesson)},
    )


def _row(place: int, given: Cells, known: Known) -> Row | Remark:
    try:
        return Row(place, _submission_id(given, known), given)
    except Refused as refusal:
        return remark(place, refusal)


def _first(row: Row | Remark, seen: dict[str, int]) -> Row | Remark:
    """Return the row, or that an earlier one is about the same submission."""
    if isinstance(row, Remark):
        return row
    first = seen.setdefault(row.submission_id, row.place)
    if first == row.place:
        return row
    return Remark(row.place, "duplicate_row", f"Row {first} is about the same submission.", value=row.submission_id)


def _submission_id(given: Cells, known: Known) -> str:
    submission_id, user_id = given.get("submission_id", "").lower(), given.get("user_id", "")
    if submission_id and submission_id not in known.user_ids:
        message = "The lesson has no submission with this id."
        raise Refused("no_such_submission", message, column="submission_id", value=submission_id)
    if user_id and (known.hidden if not submission_id else known.user_ids[submission_id] in known.hidden):
        message = "Name submissions by their own ids while they are anonymous."
        raise Refused("anonymous", message, column="user_id", value=user_id)
    if not user_id:
        return _required(submission_id)
    return _of_learner(user_id, submission_id, known)


def _required(submission_id: str) -> str:
    if not submission_id:
        raise Refused("no_id", "The row has no id.", column="submission_id")
    return submission_id


def _of_learner(user_id: str, submission_id: str, known: Known) -> str:
    number = int(user_id) if ROW_ID.fullmatch(user_id) else 0
    if submission_id:
        if known.user_ids[submission_id] != number:
            message = "The submission is another learner's."
            raise Refused("ids_differ", message, column="user_id", value=user_id)
        return submission_id
    if number not in known.latest:
        raise _nothing_of(user_id, number, known.course_id)
    return known.latest[number]


def _nothing_of(user_id: str, number: int, course_id: str) -> Refused:
    enrolled = select(Enrollment.id).where(Enrollment.user_id == number, Enrollment.course_id == course_id)
    if number and db.session.scalar(enrolled) is not None:
        return Refused("nothing_submitted", "The learner has handed in nothing.", column="user_id", value=user_id)
    return Refused("no_such_learner", "The course has no such learner.", column="user_id", value=user_id)


@processes(FilePurpose.GRADES)
def check(file: StoredFile, store: FileStore) -> Checked:
    """Read the spreadsheet once, and find its headings."""
    with spreadsheets.read(store.open(cast(str, file["object"])), LIMITS) as table:
        cells.headings(table, COLUMNS)
        return Checked(XLSX if table.sheet else CSV)


@names_files(FilePurpose.GRADES)
def named(_: Collection[ObjectId]) -> Collection[ObjectId]:
    """Return none of the files: each is read within minutes, and may be removed a week after that."""
    return ()
