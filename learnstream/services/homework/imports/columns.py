"""The columns of tables of grades, which are the same in imports and exports."""

from collections.abc import Mapping

from learnstream.services.assignments.frozen import FrozenAssignment
from learnstream.services.media.imports.cells import Columns

IDS = ("submission_id", "user_id")
POINTS, COMMENT = "points", "comment"
# For people: an import does not read them.
SHOWN = ("name", "number", "late_seconds", "max_points")
LEVEL = "level_"  # a criterion's level, before the criterion's id


def of_criterion(criterion_id: str) -> str:
    """Return the column of a criterion, as a heading is read."""
    return LEVEL + "_".join(criterion_id.lower().split())


def criteria(assignment: FrozenAssignment) -> Mapping[str, str]:
    """Return the ids of an assignment's criteria by their columns."""
    return {of_criterion(criterion.id): criterion.id for criterion in assignment.rubric}


def _is_known(name: str) -> bool:
    return name in {*IDS, POINTS, COMMENT, *SHOWN} or name.startswith(LEVEL)


def _suffice(names: set[str]) -> bool:
    grades = POINTS in names or any(name.startswith(LEVEL) for name in names)
    return bool(names & {*IDS}) and grades


COLUMNS = Columns(_is_known, _suffice, "submission_id or user_id, and points or levels")
