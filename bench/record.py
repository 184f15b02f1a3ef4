"""What reading the learning record costs when there is a hundred times as much of it.

Two schools run side by side, one a hundredth of the other with the same number of learners a course and records a
learner, and are asked in turns, so that the machine's moods meet both alike.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench import load, report
from bench.report import Table
from bench.school import LESSONS, SEATS
from bench.stage import Stage
from devstack.console import say, step
from devstack.errors import DevstackError
from learnstream.services.foundation import events
from learnstream.services.insight import pending_events, rollup

COURSES, STUDENTS, RECORDS = 2_000, 20_000, 1_000_000
TARGET = 1.5
SAMPLES = 40


@dataclass(frozen=True)
class Read:
    """A request, by what it reads; each sample is somebody else's."""

    name: str
    request: Callable[["RecordStage", int], bytes]


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
            written += self.school.add_records(some, courses=slice(taken, taken + 1))
            taken += 1
        self._settle()
        return written

    @staticmethod
    def _settle() -> None:
        """Roll up and publish what the records say, as the worker would."""
        with step("rolling up"):
            while not rollup.run(rest=0):
                time.sleep(0.1)
            pending_events.move()
            events.publish()


def _as_student(path: Callable[[str, str], str]) -> Callable[[RecordStage, int], bytes]:
    def request(stage: RecordStage, number: int) -> bytes:
        student = stage.school.students[number * 7 % len(stage.school.students)]
        course = student.courses[0]
        return _get(path(course.id, course.lessons[3]), student.token)

    return request


def _as_staff(who: str, path: Callable[[str, str], str]) -> Callable[[RecordStage, int], bytes]:
    def request(stage: RecordStage, number: int) -> bytes:
        course = stage.school.courses[number * 7 % len(stage.school.courses)]
        return _get(path(course.id, course.lessons[3]), getattr(stage.school, who))

    return request


def _get(path: str, token: str) -> bytes:
    return load.request("GET", path, headers={"Authorization": f"Bearer {token}"})


READS = (
    Read("GET /lessons/{id}/progress", _as_student(lambda course, lesson: f"/lessons/{lesson}/progress")),
    Read("GET /lessons/{id}/access", _as_student(lambda course, lesson: f"/lessons/{lesson}/access")),
    Read("GET /courses/{id}/access", _as_student(lambda course, lesson: f"/courses/{course}/access")),
    Read("GET /courses/{id}/progress", _as_student(lambda course, lesson: f"/courses/{course}/progress")),
    Read("GET /users/me/progress", _as_student(lambda course, lesson: "/users/me/progress")),
    Read("GET /users/me/history", _as_student(lambda course, lesson: "/users/me/history")),
    Read(
        "GET /courses/{id}/learners", _as_staff("teacher_token", lambda course, lesson: f"/courses/{course}/learners")
    ),
    Read(
        "GET /courses/{id}/learners, by progress",
        _as_staff("teacher_token", lambda course, lesson: f"/courses/{course}/learners?sort=-progress"),
    ),
    Read(
        "GET /courses/{id}/analytics", _as_staff("teacher_token", lambda course, lesson: f"/courses/{course}/analytics")
    ),
    Read(
        "GET /lessons/{id}/analytics", _as_staff("teacher_token", lambda course, lesson: f"/lessons/{lesson}/analytics")
    ),
    Read(
        "GET /courses/{id}/publish-preview",
        _as_staff("teacher_token", lambda course, lesson: f"/courses/{course}/publish-preview"),
    ),
    Read("GET /admin/analytics", _as_staff("admin_token", lambda course, lesson: "/admin/analytics")),
    Read("GET /events", _as_staff("admin_token", lambda course, lesson: "/events?limit=100")),
)


def measure(options: argparse.Namespace) -> Table:
    """Fill both and ask both in turns."""
    with RecordStage(options.share / 100) as small, RecordStage(options.share) as large:
        return _compare(small, large)


def _compare(small: RecordStage, large: RecordStage) -> Table:
    rows, data = [], []
    for read in READS:
        before, after = _times(small, large, read)
        ratio = after / before
        say(f"  {read.name:<42} {before:.1f} ms, {after:.1f} ms")
        rows.append((read.name, f"{before:.1f}", f"{after:.1f}", f"{ratio:.2f}", report.verdict(ratio <= TARGET)))
        data.append({"request": read.name, "small_ms": before, "large_ms": after, "ratio": ratio})
    return Table(
        title="The learning record at a hundred times the size",
        columns=("request", "small, median ms", "large, median ms", f"ratio, at most {TARGET}", ""),
        rows=rows,
        note=f"{_size(small)} beside {_size(large)}; {SAMPLES} requests each, in turns, each about somebody else.",
        data=data,
    )


def _size(stage: RecordStage) -> str:
    return f"{stage.courses:,} courses, {stage.students:,} learners, {stage.records:,} records"


def _times(small: RecordStage, large: RecordStage, read: Read) -> tuple[float, float]:
    taken: dict[RecordStage, list[float]] = {small: [], large: []}
    for number in range(SAMPLES):
        for stage, times in taken.items():
            # The first time, the small school would have the advantage of meeting everybody's session sooner again.
            _timed(stage, read.request(stage, number))
            times.append(_timed(stage, read.request(stage, number)))
    return median(taken[small]), median(taken[large])


def _timed(stage: RecordStage, request: bytes) -> float:
    began = time.perf_counter()
    answer, body = load.send(stage.application.url, request)
    if answer.status != 200:
        raise DevstackError(f"{request.splitlines()[0]!r} answered {answer.status}: {body[:300]!r}")
    return (time.perf_counter() - began) * 1000
