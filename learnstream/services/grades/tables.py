"""The gradebook as a table to download: a row for each learner, with the figures of `learners`."""

from collections.abc import Iterator
from typing import Any

from learnstream.services.grades import columns, learners
from learnstream.services.grades.columns import Columns
from learnstream.services.grades.gradebook import Part
from learnstream.services.grades.learners import LearnerFilter, Row
from learnstream.services.grades.shown import Cell

LEARNER = ("user_id", "name", "email", "status", "version")
TOTAL = ("percent", "label", "passed", "marked", "lesson_count", "held", "overridden")
# Said instead of points; whatever else has no points is empty.
SAID = {Part.EXCUSED, Part.MISSING}

Values = tuple[Any, ...]


def read(criteria: LearnerFilter) -> tuple[Values, Iterator[Values]]:
    """Return the headings, and the rows, which are read in batches."""
    found = columns.of(criteria.course_id)
    return _headings(found), (_values(row, found) for row in learners.export(criteria))


def _headings(found: Columns) -> Values:
    categories = (f"{each['title']} (%) [{each['id']}]" for each in found.categories)
    # Titles need not be distinct.
    lessons = (f"{each['title']} [{each['lesson_id']}]" for each in found.lessons)
    return (*LEARNER, *TOTAL, *categories, *lessons)


def _values(row: Row, found: Columns) -> Values:
    percents = {each["id"]: each["percent"] for each in row["categories"]}
    cells = {each["lesson_id"]: each for each in row["lessons"]}
    return (
        *(row[name] for name in (*LEARNER, *TOTAL)),  # type: ignore[literal-required]
        *(percents.get(each["id"]) for each in found.categories),
        *(_value(cells.get(each["lesson_id"])) for each in found.lessons),
    )


def _value(cell: Cell | None) -> float | str | None:
    if cell is None:
        return None
    if cell["points"] is not None:
        return cell["points"]
    if cell["anonymous"]:
        return "anonymous"
    return cell["part"] if cell["part"] in SAID else None
