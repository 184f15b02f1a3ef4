"""What reading the learning record costs when there is a hundred times as much of it.

Two schools run side by side, one a hundredth of the other with the same number of learners a course and records a
learner, and are asked in turns, so that the machine's moods meet both alike.
"""

import argparse
import time
from statistics import median

from sqlalchemy import func, select

from bench import load, report
from bench.reads import Read, all_reads
from bench.report import Table
from bench.school import LESSONS, SEATS, School
from bench.stage import Stage
from devstack.console import say, step
from devstack.errors import DevstackError
from learnstream.extensions import db
from learnstream.models import Event
from learnstream.services.foundation import events
from learnstream.services.insight import pending_events, rollup

COURSES, STUDENTS, RECORDS = 2_000, 20_000, 1_000_000
FINISHING = 10  # one learner in so many completes the courses that they began
TARGET = 1.5
SAMPLES = 40
FEWER_SAMPLES = 8  # of what takes the longer the larger the platform is, and is compared by the row


class RecordStage(Stage):
    """A school with so large a share of the full size, its records rolled up."""

    def __init__(self, share: float) -> None:
        # Everybody sits in ten courses, so there are ten at least.
        super().__init__(max(SEATS, int(COURSES * share)), max(SEATS, int(STUDENTS * share)))
        self.wanted = int(RECORDS * share)

    def _add_records(self) -> int:
        """Let everybody watch one course after the other until there are enough records."""
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
        """Roll up and publish what the records say, as the worker would."""
        with step("rolling up"):
            while not rollup.run(rest=0):
                time.sleep(0.1)
        with step("publishing events"):
            pending_events.move()
            events.publish()
        self.events = db.session.scalar(select(func.max(Event.position))) or 0
        db.session.rollback()


def measure(options: argparse.Namespace) -> Table:
    """Fill both and ask both in turns."""
    with RecordStage(options.share / 100) as small, RecordStage(options.share) as large:
        return _compare(small, large)


def _compare(small: RecordStage, large: RecordStage) -> Table:
    rows, data = [], []
    for read, same in zip(all_reads(small.events), all_reads(large.events), strict=True):
        before, after = _times({small: read, large: same})
        ratio = after / before
        name = f"{read.name}, a hundred rows" if read.by_row else read.name
        say(f"  {name:<50} {before:.1f} ms, {after:.1f} ms")
        rows.append((name, f"{before:.1f}", f"{after:.1f}", f"{ratio:.2f}", report.verdict(ratio <= TARGET)))
        data.append({"request": name, "small_ms": before, "large_ms": after, "ratio": ratio})
    return Table(
        title="The learning record at a hundred times the size",
        columns=("request", "small, median ms", "large, median ms", f"ratio, at most {TARGET}", ""),
        rows=rows,
        note=f"{_size(small)} beside {_size(large)}; {SAMPLES} requests each, in turns, each about somebody else. "
        f"Rolling up and publishing all that took {large.settled_in:,.0f} s.",
        data=data,
    )


def _size(stage: RecordStage) -> str:
    counts = {"courses": stage.courses, "learners": stage.students, "records": stage.records, "events": stage.events}
    return ", ".join(f"{count:,} {what}" for what, count in counts.items())


def _times(reads: dict[RecordStage, Read]) -> tuple[float, ...]:
    """Return the median milliseconds in each school; of what grows with the platform, those of a hundred rows."""
    taken: dict[RecordStage, list[float]] = {stage: [] for stage in reads}
    for number in range(FEWER_SAMPLES if any(read.by_row for read in reads.values()) else SAMPLES):
        for stage, read in reads.items():
            request = read.request(stage.school, number)
            # The first time, the small school would have the advantage of meeting everybody's session sooner again.
            _timed(stage, request)
            milliseconds, lines = _timed(stage, request)
            taken[stage].append(milliseconds * 100 / (lines - 1) if read.by_row else milliseconds)
    return tuple(median(times) for times in taken.values())


def _timed(stage: RecordStage, request: bytes) -> tuple[float, int]:
    """Return how many milliseconds a request takes, and how many lines its answer has."""
    began = time.perf_counter()
    answer, body = load.send(stage.application.url, request)
    if answer.status != 200:
        raise DevstackError(f"{request.splitlines()[0]!r} answered {answer.status}: {body[:300]!r}")
    return (time.perf_counter() - began) * 1000, body.count(b"\n")
