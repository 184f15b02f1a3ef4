"""Exporting grades of homework as a table: importing it changes nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

from learnstream.documents import Submission
from learnstream.services.assignments.frozen import frozen
from learnstream.services.homework import handed_in, staff_list
from learnstream.services.homework.imports import columns
from learnstream.services.homework.imports.columns import COMMENT, IDS, POINTS, SHOWN
from learnstream.services.homework.staff_list import Listed
from learnstream.stores.mongo import Expression

BATCH = 200  # submissions


def columns_of(wanted: Expression) -> Sequence[str]:
    """Return the columns of a table of the submissions that match a query: with those of all their rubrics."""
    used = sorted(Submission.collection().distinct("assignment_id", wanted))
    levels = dict.fromkeys(name for each in used for name in columns.criteria(frozen(str(each))))
    return (*IDS, *SHOWN, *levels, POINTS, COMMENT)


def rows(wanted: Expression, names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield the submissions that match a query as rows of these columns."""
    for batch in handed_in.OUTCOME.batches(wanted, BATCH, sort=staff_list.LATEST.sort):
        for submission, entry in zip(batch, staff_list.listed(batch), strict=True):
            cells = _cells(entry) | _graded(submission["grade"], str(submission["assignment_id"]))
            yield [cells.get(name) for name in names]


def _cells(entry: Listed) -> dict[str, Any]:
    return {
        "submission_id": entry["id"],
        "user_id": entry["user_id"],
        "name": entry["name"],
        "number": entry["number"],
        "late_seconds": entry["late_seconds"],
        "max_points": entry["max_points"],
        POINTS: entry["points"],
    }


def _graded(grade: Any, assignment_id: str) -> dict[str, Any]:
    """Return the cells of a grade. The levels are those of the settings that the submission was handed in under."""
    if grade is None:
        return {}
    levels = grade["levels"] or {}
    criteria = columns.criteria(frozen(assignment_id))
    return {name: levels.get(criterion) for name, criterion in criteria.items()} | {COMMENT: grade["comment"]}
