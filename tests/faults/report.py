"""The measurements, as tables at the end of a thorough run."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.faults.stores import FAULTS
from tests.faults.table import STORES

NAMES = {"postgres": "PostgreSQL", "mongodb": "MongoDB", "redis": "Redis"}

NOT_RUN = "\N{EN DASH}"

Measures = list[dict[str, Any]]


def cells(measured: Measures) -> list[str]:
    """Tabulate, for each fault and store, the slowest response meanwhile and the slowest recovery."""
    lines = _head("slowest answer / back to normal, in s", [NAMES[store] for store in STORES])
    for fault in FAULTS:
        found = [[each for each in measured if (each["fault"], each["store"]) == (fault, store)] for store in STORES]
        lines.append(_row(fault, (f"{_most(each, 'slowest')} / {_most(each, 'recovery')}" for each in found)))
    return lines


def loads(measured: Measures) -> list[str]:
    """Tabulate how a frozen store affects requests that do not need it."""
    lines = _head("who does without the frozen store", ["req/s", "usual ms", "p95 ms", "longest ms"])
    for each in measured:
        for when in ("before", "meanwhile"):
            figures: Mapping[str, float] = each[when]
            lines.append(_row(f"{NAMES[each['store']]}, {when}", (f"{figure:.0f}" for figure in figures.values())))
    return lines


def plain(measured: Measures) -> list[str]:
    """Return the sentences."""
    return [each["sentence"] for each in measured]


def _most(measured: Measures, name: str) -> str:
    """Return the largest value; a dash if nothing was measured."""
    return f"{max(each[name] for each in measured):.1f}" if measured else NOT_RUN


def _head(first: str, others: list[str]) -> list[str]:
    return [_row(first, others), "|---" * (1 + len(others)) + "|"]


def _row(first: str, others: Iterable[str]) -> str:
    return "| " + " | ".join([first, *others]) + " |"


TABLES = {"measured": cells, "load": loads, "result": plain}
