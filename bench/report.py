"""The results, as Markdown tables and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.rounds import Row

DIRECTORY = Path("artifacts")
TARGET_CONNECTIONS = 64  # connections at which a request is compared with its target


@dataclass
class Table:
    """One section. `rows` are texts; `data` is the machine-readable form."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""
    data: Sequence[Mapping[str, Any]] = ()

    def markdown(self) -> str:
        # The first column names the measurement, the others are figures.
        lines = [_line(self.columns), _line(["---", *["---:"] * (len(self.columns) - 1)]), *map(_line, self.rows)]
        return "\n".join([f"## {self.title}", "", *([self.note, ""] if self.note else []), *lines, ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def tabulate_requests(rows: Iterable[Row]) -> Table:
    """Tabulate requests with their rate, latency and share of the ceiling."""
    rows = sorted(rows, key=lambda row: -row.connections)
    return Table(
        title="Requests",
        columns=("request", "connections", "req/s", "p50 ms", "p99 ms", "ceiling", "its req/s", "ratio", "target", ""),
        rows=[_cells(row) for row in rows],
        note=f"Medians of the rounds. Targets are for {TARGET_CONNECTIONS} connections.",
        data=[_figures(row) for row in rows],
    )


def _cells(row: Row) -> tuple[str, ...]:
    figures = _figures(row)
    if row.ratio is None:
        return (row.scenario.name, str(row.connections), "void", "", "", row.scenario.ceiling, "", "", "", row.void[-1])
    has_target = row.connections == TARGET_CONNECTIONS
    return (
        row.scenario.name,
        str(row.connections),
        *(f"{figures[name]:,.0f}" for name in ("rate",)),
        *(f"{figures[name]:.1f}" for name in ("p50", "p99")),
        row.scenario.ceiling,
        f"{figures['ceiling_rate']:,.0f}",
        f"{row.ratio:.2f}",
        f"{row.scenario.target:.2f}" if has_target else "",
        verdict(row.ratio >= row.scenario.target) if has_target else "",
    )


def _figures(row: Row) -> dict[str, Any]:
    return {
        "request": row.scenario.name,
        "connections": row.connections,
        "rate": row.median_of(lambda turn: turn.own.rate),
        "p50": row.median_of(lambda turn: turn.own.p50),
        "p99": row.median_of(lambda turn: turn.own.p99),
        "ceiling": row.scenario.ceiling,
        "ceiling_rate": row.median_of(lambda turn: turn.ceiling.rate),
        "ratio": row.ratio,
        "ratios": [round(turn.ratio, 3) for turn in row.turns],
        "target": row.scenario.target,
        "void": row.void,
    }


def verdict(met: bool) -> str:
    return "met" if met else "**not met**"


def write(tables: Iterable[Table], directory: Path = DIRECTORY) -> str:
    """Write the report to bench.md and bench.json, and return it as Markdown."""
    tables = list(tables)
    directory.mkdir(exist_ok=True)
    head = f"# Speed\n\n{os.cpu_count()} cores, Python {platform.python_version()}, one run.\n"
    text = "\n".join([head, *(table.markdown() for table in tables)])
    (directory / "bench.md").write_text(text)
    content = {"cores": os.cpu_count(), "sections": {table.title: table.data for table in tables}}
    (directory / "bench.json").write_text(json.dumps(content, indent=2) + "\n")
    return text
