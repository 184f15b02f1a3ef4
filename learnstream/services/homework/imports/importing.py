"""Importing a table's grades, one row after the other. Each stands alone, and importing it again changes nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from learnstream.clock import now
from learnstream.documents.submission import Grade, SubmissionCause, WholeSubmission
from learnstream.errors import AppError, Unprocessable
from learnstream.errors.authoring import EditConflict
from learnstream.services.assignments.frozen import FrozenAssignment, frozen
from learnstream.services.homework import claims, handed_in, marking, rubrics
from learnstream.services.homework.imports import columns
from learnstream.services.homework.imports.columns import COMMENT, POINTS
from learnstream.services.homework.imports.reading import Row
from learnstream.services.homework.marking import Given
from learnstream.services.media.imports.cells import Cells
from learnstream.services.media.imports.remarks import Refused, Remark, remark
from learnstream.text import storable

ROUNDS = 3  # tries of a submission that others change at the same time
MAX_COMMENT = 5000  # characters, as by the API
NUMBER = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,12}))?")
PLACES = 4


class Outcome(StrEnum):
    """What becomes of a row: a first grade, another one, the same, none because the row has none, or an error."""

    GRADED = "graded"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a row."""

    outcome: Outcome
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """The grade that a row states: `levels` by criterion or else points."""

    levels: Mapping[str, str] | None
    points: Decimal
    comment: str


def take(entry: Row | Remark, *, by: int, dry_run: bool) -> Change:
    """Import a row; return what became of it."""
    if isinstance(entry, Remark):
        return Change(Outcome.FAILED, (entry,))
    for _ in range(ROUNDS):
        try:
            return _take(entry, by, dry_run)
        except EditConflict:
            continue  # others have changed it meanwhile
        except Refused as refusal:
            return Change(Outcome.FAILED, (remark(entry.place, refusal),))
        except AppError as error:
            return _failed(entry, error.code, error.detail)
    return _failed(entry, "contended", "Others kept changing the submission. Import the file again.")


def _failed(entry: Row, code: str, message: str) -> Change:
    return Change(Outcome.FAILED, (Remark(entry.place, code, message, value=entry.submission_id),))


def _take(row: Row, by: int, dry_run: bool) -> Change:
    submission = handed_in.find(row.submission_id)
    present = submission["grade"]
    stated = _stated(row.cells, present, frozen(str(submission["assignment_id"])))
    if stated is None:
        return Change(Outcome.SKIPPED)
    if present and _is_same(present, stated):
        return Change(Outcome.UNCHANGED)
    claims.require_free(submission["claim"], for_user=by, at=now())
    if not dry_run:
        marking.mark(row.submission_id, _given(stated, submission, by))
    return Change(Outcome.CHANGED if present else Outcome.GRADED)


def _given(stated: Stated, submission: WholeSubmission, by: int) -> Given:
    grade = submission["grade"]
    return Given(
        by=by,
        levels=stated.levels,
        points=None if stated.levels else stated.points,
        comment=stated.comment,
        private_note=grade["private_note"] if grade else "",
        expect=[submission["revision"]],
        cause=SubmissionCause.IMPORTED,
    )


def _is_same(present: Grade, stated: Stated) -> bool:
    return (
        present["points"].to_decimal() == stated.points
        and present["levels"] == stated.levels
        and _plain(present["comment"]) == stated.comment
    )


def _stated(cells: Cells, present: Grade | None, assignment: FrozenAssignment) -> Stated | None:
    """Return the grade of a row: empty cells leave what is there; None if the row says nothing.

    Raises:
        Refused: the cells state no grade.
    """
    comment, levels = _comment(cells), _levels(cells, assignment)
    kept = _plain(present["comment"]) if present else ""
    if levels:
        return Stated(levels, _agreed(cells, _worth(assignment, levels=levels)), comment or kept)
    if POINTS in cells:
        points = _worth(assignment, points=_number(cells[POINTS]))
        # A grade by levels whose points are as they were.
        same = present is not None and present["points"].to_decimal() == points
        return Stated(present["levels"] if same and present else None, points, comment or kept)
    if comment and present is None:
        raise Refused("no_points", "There is a comment, but no grade.", column=POINTS)
    if not comment or present is None:
        return None
    return Stated(present["levels"], present["points"].to_decimal(), comment)


def _comment(cells: Cells) -> str:
    comment = _plain(cells.get(COMMENT, ""))
    if len(comment) > MAX_COMMENT:
        message = f"A comment has at most {MAX_COMMENT:,} characters."
        raise Refused("too_long", message, column=COMMENT, value=comment)
    if problem := storable.problem_of(comment):
        raise Refused("invalid_text", problem, column=COMMENT)
    return comment


def _plain(text: str) -> str:
    """Return a text as a cell of a spreadsheet can have it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _levels(cells: Cells, assignment: FrozenAssignment) -> dict[str, str]:
    criteria = columns.criteria(assignment)
    given = {name: value for name, value in cells.items() if name.startswith(columns.LEVEL)}
    for name, value in given.items():
        if name not in criteria:
            message = "The rubric of this submission has no such criterion."
            raise Refused("no_such_criterion", message, column=name, value=value)
    return {criteria[name]: value for name, value in given.items()}


def _worth(
    assignment: FrozenAssignment, *, levels: Mapping[str, str] | None = None, points: Decimal | None = None
) -> Decimal:
    try:
        return rubrics.points(assignment, levels=levels, points=points)
    except Unprocessable as error:
        raise _refused(error, levels or {}, points) from None


def _refused(error: Unprocessable, levels: Mapping[str, str], points: Decimal | None) -> Refused:
    problems = error.errors["json"] if error.errors else {}
    if "points" in problems:
        return Refused("too_many_points", problems["points"][0], column=POINTS, value=str(points))
    criterion, messages = next(iter(problems["levels"].items()))
    column = columns.of_criterion(criterion)
    return Refused("wrong_level", messages[0], column=column, value=levels.get(criterion, ""))


def _agreed(cells: Cells, points: Decimal) -> Decimal:
    if POINTS in cells and _number(cells[POINTS]) != points:
        message = f"The levels are worth {points.normalize():f} points. Leave the points empty, or the levels."
        raise Refused("points_disagree", message, column=POINTS, value=cells[POINTS])
    return points


def _number(text: str) -> Decimal:
    found = NUMBER.fullmatch(text)
    if found is None:
        raise Refused("no_points", "Must be a number of points, such as 7.5.", column=POINTS, value=text)
    value = Decimal(f"{found[1]}.{found[2] or 0}")
    if round(value, PLACES) != value:
        raise Refused("no_points", f"Must have at most {PLACES} decimal places.", column=POINTS, value=text)
    return value
