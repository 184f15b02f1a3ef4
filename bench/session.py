"""One run: measure the selected sections and write the report."""

import argparse
from collections.abc import Callable

from bench import cpu, memory, record, report, rounds, scale, signin, sizes, timing
from bench.report import Table
from bench.sections import SECTIONS
from bench.stage import Stage
from devstack.terminal.console import say

Section = Callable[[Stage, argparse.Namespace], list[Table]]


def main(options: argparse.Namespace) -> int:
    """Measure, and write the report even if the run is interrupted."""
    tables: list[Table] = []
    try:
        for name in OWN_SCHOOLS.keys() & set(options.only):
            tables.append(OWN_SCHOOLS[name](options))
        if sections := chosen(options):
            _measure(sections, options, tables)
    finally:
        if tables:
            print(report.write(tables))
            say(f"Written to {report.DIRECTORY}/bench.md and {report.DIRECTORY}/bench.json.")
    return 0


def _measure(sections: list[Section], options: argparse.Namespace, tables: list[Table]) -> None:
    with Stage() as stage:
        for measure in sections:
            tables += measure(stage, options)


def chosen(options: argparse.Namespace) -> list[Section]:
    """Return the selected sections: all short ones, unless some are named."""
    named = [name for name in MEASURES if name in options.only]
    others = [name for name in options.only if name not in SECTIONS]
    usual = ["requests"] if others else [name for name in USUAL if not options.only]
    names = (named or usual) + (["scale"] if options.scale and "scale" not in named else [])
    return [MEASURES[name] for name in names]


def _requests(stage: Stage, options: argparse.Namespace) -> list[Table]:
    rows = rounds.measure(stage, options)
    return [report.of_requests(rows)] if rows else []


def _login(stage: Stage, options: argparse.Namespace) -> list[Table]:
    return [signin.rate(stage, options), signin.beside(stage, options), timing.measure(stage)]


def _memory(stage: Stage, options: argparse.Namespace) -> list[Table]:
    return [memory.measure(stage)]


def _cpu(stage: Stage, options: argparse.Namespace) -> list[Table]:
    return [cpu.measure(stage, options)]


def _scale(stage: Stage, options: argparse.Namespace) -> list[Table]:
    return [scale.measure(stage, options)]


MEASURES: dict[str, Section] = {"requests": _requests, "login": _login, "memory": _memory, "cpu": _cpu, "scale": _scale}
# Measured by default: the short sections that a change is compared with.
USUAL = ("requests", "login", "memory")
# These fill their own schools.
OWN_SCHOOLS: dict[str, Callable[[argparse.Namespace], Table]] = {"record": record.measure, "sizes": sizes.measure}
