"""The cost of reading the learning record when it is a hundred times as large.

Two schools run side by side, one a hundredth of the other, with the same number of learners per course and records
per learner. They are queried in turns, so that fluctuations of the machine affect both.
"""

import argparse
import time
from dataclasses import asdict, dataclass
from statistics import median

from sqlalchemy import func, select

from bench import load, report
from bench.reads import Read, all_reads
from bench.report import Table
from bench.school import SEATS, School
from bench.stage import Stage
from bench.teaching import LESSONS
from devstack.errors import DevstackError
from devstack.terminal.console import say, step
from learnstream.models import Event
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.foundation import events
from learnstream.stores.sql import db

COURSES, STUDENTS, RECORDS = 2_000, 20_000, 1_000_000
FINISHING = 10  # one learner in so many completes the courses they started
TARGET = 1.5
SAMPLES = 40
FEWER_SAMPLES = 8  # for reads that slow down as the platform grows; those are compared per row


@dataclass(frozen=True)
class Times:
    """Median milliseconds of a request about one student: when sent for the first time, and when repeated."""

    first: float
    again: float


@dataclass(frozen=True)
class Row:
    """A read, measured in both schools."""

    name: str
    small: Times
    large: Times

    def texts(self) -> tuple[str, ...]:
        ratio = self.large.again / self.small.again
        again = (f"{self.small.again:.1f}", f"{self.large.again:.1f}", f"{ratio:.2f}", report.verdict(ratio <= TARGET))
        # The small school's few courses are cached sooner, so this ratio has no target.
        first = (f"{self.small.first:.1f}", f"{self.large.first:.1f}", f"{self.large.first / self.small.first:.2f}")
        return (self.name, *again, *first)


class RecordStage(Stage):
    """A school at a share of the full size, its records rolled up."""

    def __init__(self, share: float) -> None:
        # Every student is enrolled in ten courses, so there are at least ten.
        super().__init__(max(SEATS, int(COURSES * share)), max(SEATS, int(STUDENTS * share)))
        self.wanted = int(RECORDS * share)

    def _add_records(self) -> int:
        """Let all students watch one course after the other until there are enough records."""
        written, taken = 0, 0
        while written < self.wanted:
            some = self.school.students[: -(-(self.wanted - written) // LESSONS)]
            written += self.school.add_records(some, courses=slice(taken, taken + 1), finishing=FINISHING)
            taken += 1
        began = time.monotonic()
        self._settle()
        self.settled_in = time.monotonic() - began
        return written

    def _school(self) -> School:
        return School(revised=True)

    def _settle(self) -> None:
        """Roll up the records and publish their events, as the worker would."""
        with step("rolling up"):
            while not rollup.run(rest=0):
                time.sleep(0.1)
        with step("publishing events"):
            pending_events.move()
            events.publish()
        self.events = db.session.scalar(select(func.max(Event.position))) or 0
        db.session.rollback()


def measure(options: argparse.Namespace) -> Table:
    """Fill both schools and measure them in turns."""
    with RecordStage(options.share / 100) as small, RecordStage(options.share) as large:
        return _compare(small, large)


def _compare(small: RecordStage, large: RecordStage) -> Table:
    rows, data = [], []
    for read, same in zip(all_reads(small.events), all_reads(large.events), strict=True):
        before, after = _times({small: read, large: same})
        row = Row(f"{read.name}, a hundred rows" if read.by_row else read.name, before, after)
        say(f"  {row.name:<50} {before.again:.1f} ms, {after.again:.1f} ms")
        rows.append(row.texts())
        data.append({"request": row.name, "small": asdict(before), "large": asdict(after)})
    return Table(
        title="The learning record at a hundred times the size",
        columns=(
            "request",
            "small, ms",
            "large, ms",
            f"ratio, at most {TARGET}",
            "",
            "at first, small",
            "large",
            "ratio",
        ),
        rows=rows,
        note=f"{_size(small)} beside {_size(large)}; medians of {SAMPLES} requests, in turns, each about somebody else and "
        f"sent twice. Rolling up and publishing all that took {large.settled_in:,.0f} s.",
        data=data,
    )


def _size(stage: RecordStage) -> str:
    counts = {"courses": stage.courses, "learners": stage.students, "records": stage.records, "events": stage.events}
    return ", ".join(f"{count:,} {what}" for what, count in counts.items())


def _times(reads: dict[RecordStage, Read]) -> tuple[Times, ...]:
    """Time a read in each school; if it grows with the platform, per hundred rows."""
    taken: dict[RecordStage, list[tuple[float, float]]] = {stage: [] for stage in reads}
    for number in range(FEWER_SAMPLES if any(read.by_row for read in reads.values()) else SAMPLES):
        for stage, read in reads.items():
            request = read.request(stage.school, number)
            taken[stage].append((_timed(stage, request, read.by_row), _timed(stage, request, read.by_row)))
    return tuple(Times(*(median(times) for times in zip(*pairs, strict=True))) for pairs in taken.values())


def _timed(stage: RecordStage, request: bytes, by_row: bool) -> float:
    """Return the milliseconds that a request takes, or a hundred rows of its response."""
    began = time.perf_counter()
    answer, body = load.send(stage.application.url, request)
    taken = (time.perf_counter() - began) * 1000
    if answer.status != 200:
        raise DevstackError(f"{request.splitlines()[0]!r} answered {answer.status}: {body[:300]!r}")
    return taken * 100 / (body.count(b"\n") - 1) if by_row else taken
