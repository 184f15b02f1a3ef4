"""Points by a rubric: pure functions of an assignment's settings and a marker's choice."""

from collections.abc import Mapping
from decimal import Decimal

from learnstream.errors import Unprocessable
from learnstream.services.assignments.frozen import Criterion, FrozenAssignment

NOTHING = Decimal(0)


def points(assignment: FrozenAssignment, *, levels: Mapping[str, str] | None, points: Decimal | None) -> Decimal:
    """Return the points of a grade: the sum of the levels by criterion, or those that were given directly.

    Raises:
        Unprocessable: the levels are not one for each criterion of the rubric, or the points are above the maximum.
    """
    if levels is not None:
        return _sum(assignment.rubric, levels)
    given = NOTHING if points is None else points
    if given > assignment.points:
        raise Unprocessable(errors={"json": {"points": [f"Must be at most {assignment.points.normalize():f}."]}})
    return given


def _sum(rubric: tuple[Criterion, ...], levels: Mapping[str, str]) -> Decimal:
    worth = {criterion.id: {level.id: level.points for level in criterion.levels} for criterion in rubric}
    errors = {name: ["The rubric has no such criterion."] for name in levels if name not in worth}
    for name, choices in worth.items():
        if name not in levels:
            errors[name] = ["Missing: each criterion needs a level."]
        elif levels[name] not in choices:
            errors[name] = ["The criterion has no such level."]
    if errors or not rubric:
        raise Unprocessable(errors={"json": {"levels": errors or ["The assignment has no rubric."]}})
    return sum((worth[name][level] for name, level in levels.items()), NOTHING)
