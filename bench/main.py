"""One run: measure the selected sections and write the report."""

import argparse
from collections.abc import Callable

from bench import (
    classes,
    cpu,
    examination,
    files,
    homework,
    memory,
    notices,
    payments,
    record,
    report,
    reviews,
    rounds,
    scale,
    search,
    signin,
    sizes,
    timing,
)
from bench.report import Table
from bench.sections import SECTIONS
from bench.testbed import Testbed
from devstack.terminal.console import say

Section = Callable[[Testbed, argparse.Namespace], list[Table]]


def main(options: argparse.Namespace) -> int:
    """Measure, and write the report even if the run is interrupted."""
    tables: list[Table] = []
    try:
        for name in STANDALONE_SECTIONS.keys() & set(options.only):
            tables.append(STANDALONE_SECTIONS[name](options))
        if sections := selected(options):
            _measure(sections, options, tables)
    finally:
        if tables:
            print(report.write(tables))
            say(f"Written to {report.DIRECTORY}/bench.md and {report.DIRECTORY}/bench.json.")
    return 0


def _measure(sections: list[Section], options: argparse.Namespace, tables: list[Table]) -> None:
    with Testbed() as testbed:
        for measure in sections:
            tables += measure(testbed, options)


def selected(options: argparse.Namespace) -> list[Section]:
    """Return the selected sections: all short ones, unless some are named."""
    named = [name for name in SHARED_SECTIONS if name in options.only]
    requests = [name for name in options.only if name not in SECTIONS]
    default = ["requests"] if requests else [name for name in DEFAULT_SECTIONS if not options.only]
    names = (named or default) + (["scale"] if options.scale and "scale" not in named else [])
    return [SHARED_SECTIONS[name] for name in names]


def _requests(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    rows = rounds.measure(testbed, options)
    return [report.tabulate_requests(rows)] if rows else []


def _login(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    return [
        signin.measure_rate(testbed, options),
        signin.measure_reads_during_logins(testbed, options),
        timing.measure(testbed),
    ]


def _memory(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    return [memory.measure(testbed)]


def _cpu(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    return [cpu.measure(testbed, options)]


def _scale(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    return [scale.measure(testbed, options)]


SHARED_SECTIONS: dict[str, Section] = {
    "requests": _requests,
    "login": _login,
    "memory": _memory,
    "files": files.measure,
    "classes": classes.measure,
    "quizzes": examination.measure,
    "homework": homework.measure,
    "reviews": reviews.measure,
    "notices": notices.measure,
    "payments": payments.measure,
    "search": search.measure,
    "cpu": _cpu,
    "scale": _scale,
}
# Measured by default: the short sections that a change is compared with.
DEFAULT_SECTIONS = ("requests", "login", "memory")
# These create their own data sets.
STANDALONE_SECTIONS: dict[str, Callable[[argparse.Namespace], Table]] = {
    "record": record.measure,
    "sizes": sizes.measure,
}
