"""The cost of reading the learning record when it is a hundred times as large.

Two data sets are served side by side, one a hundredth of the other, with the same number of learners per course and records
per learner. They are queried in turns, so that fluctuations of the machine affect both.
"""

import argparse
import time
from dataclasses import asdict, dataclass
from statistics import median

from sqlalchemy import func, select

from bench import load, report
from bench.dataset import ENROLLMENTS_PER_STUDENT, Dataset
from bench.reads import Read, all_reads
from bench.report import Table
from bench.template_course import LESSONS
from bench.testbed import Testbed
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
    """A read, measured in both data sets."""

    name: str
    small: Times
    large: Times

    def cells(self) -> tuple[str, ...]:
        ratio = self.large.again / self.small.again
        again = (f"{self.small.again:.1f}", f"{self.large.again:.1f}", f"{ratio:.2f}", report.verdict(ratio <= TARGET))
        # The small data set's few courses are cached sooner, so this ratio has no target.
        first = (f"{self.small.first:.1f}", f"{self.large.first:.1f}", f"{self.large.first / self.small.first:.2f}")
        return (self.name, *again, *first)


class RecordTestbed(Testbed):
    """A data set at a share of the full size, its records rolled up."""

    def __init__(self, share: float) -> None:
        # Every student is enrolled in ten courses, so there are at least ten.
        super().__init__(
            max(ENROLLMENTS_PER_STUDENT, int(COURSES * share)), max(ENROLLMENTS_PER_STUDENT, int(STUDENTS * share))
        )
        self.target_records = int(RECORDS * share)

    def _add_records(self) -> int:
        """Let all students watch one course after the other until there are enough records."""
        written, course_index = 0, 0
        while written < self.target_records:
            students = self.dataset.students[: -(-(self.target_records - written) // LESSONS)]
            written += self.dataset.add_records(
                students, courses=slice(course_index, course_index + 1), finishing=FINISHING
            )
            course_index += 1
        started = time.monotonic()
        self._roll_up()
        self.rollup_seconds = time.monotonic() - started
        return written

    def _create_dataset(self) -> Dataset:
        return Dataset(revised=True)

    def _roll_up(self) -> None:
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
    """Fill both data sets and measure them in turns."""
    with RecordTestbed(options.share / 100) as small, RecordTestbed(options.share) as large:
        return _compare(small, large)


def _compare(small: RecordTestbed, large: RecordTestbed) -> Table:
    rows, data = [], []
    for read, same in zip(all_reads(small.events), all_reads(large.events), strict=True):
        before, after = _measure_read({small: read, large: same})
        row = Row(f"{read.name}, a hundred rows" if read.per_row else read.name, before, after)
        say(f"  {row.name:<50} {before.again:.1f} ms, {after.again:.1f} ms")
        rows.append(row.cells())
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
        note=f"{_describe_size(small)} beside {_describe_size(large)}; medians of {SAMPLES} requests, in turns, each about another student and "
        f"sent twice. Rolling up and publishing all that took {large.rollup_seconds:,.0f} s.",
        data=data,
    )


def _describe_size(testbed: RecordTestbed) -> str:
    counts = {
        "courses": testbed.courses,
        "learners": testbed.students,
        "records": testbed.records,
        "events": testbed.events,
    }
    return ", ".join(f"{count:,} {what}" for what, count in counts.items())


def _measure_read(reads: dict[RecordTestbed, Read]) -> tuple[Times, ...]:
    """Time a read in each data set; if it grows with the platform, per hundred rows."""
    samples: dict[RecordTestbed, list[tuple[float, float]]] = {testbed: [] for testbed in reads}
    for number in range(FEWER_SAMPLES if any(read.per_row for read in reads.values()) else SAMPLES):
        for testbed, read in reads.items():
            request = read.request(testbed.dataset, number)
            samples[testbed].append(
                (_time_request(testbed, request, read.per_row), _time_request(testbed, request, read.per_row))
            )
    return tuple(Times(*(median(times) for times in zip(*pairs, strict=True))) for pairs in samples.values())


def _time_request(testbed: RecordTestbed, request: bytes, per_row: bool) -> float:
    """Return the milliseconds that a request takes, or a hundred rows of its response."""
    started = time.perf_counter()
    response, body = load.send(testbed.application.url, request)
    milliseconds = (time.perf_counter() - started) * 1000
    if response.status != 200:
        raise DevstackError(f"{request.splitlines()[0]!r} answered {response.status}: {body[:300]!r}")
    return milliseconds * 100 / (body.count(b"\n") - 1) if per_row else milliseconds
