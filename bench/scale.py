"""The cost of a request when there is a hundred times as much data."""

import argparse
import time
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from bench import load, report
from bench.report import Table
from bench.rounds import costs
from bench.scenarios import Scenario, ceiling_requests, take
from bench.servers import Server
from bench.testbed import Testbed
from devstack.errors import DevstackError
from devstack.terminal.console import say, step
from learnstream.stores.redis import redis

COURSES = 20_000
RECORDS = 1_000_000
TARGET = 1.3
SAMPLES = 60  # of requests with an empty cache
READ_SCENARIOS = ("GET /courses", "GET /courses/{id}", "GET /courses/{id}/lessons", "GET /lessons/{id}/playback")
OTHER_SCENARIOS = ("GET /users/me/enrollments", "GET /courses/{id}/progress", "PUT /lessons/{id}/progress, new seconds")


@dataclass(frozen=True)
class Cost:
    """The cost of a request with a warm and with an empty cache: in units of its ceiling's, and in milliseconds."""

    warm: float
    cold: float
    cold_ms: float


Costs = dict[str, Cost]


def measure(testbed: Testbed, options: argparse.Namespace) -> Table:
    """Measure, grow the data set, and measure again."""
    before = _costs(testbed, options)
    small = f"{len(testbed.dataset.courses):,} courses and {testbed.records:,} records"
    with step(f"growing to {COURSES:,} courses and {RECORDS:,} records of progress"):
        _grow(testbed)
    testbed.restart()
    after = _costs(testbed, options)
    return _table(before, after, note=f"From {small} to {COURSES:,} and {testbed.records:,}.")


def _grow(testbed: Testbed) -> None:
    dataset = testbed.dataset
    dataset.add_courses(COURSES - len(dataset.courses), own_videos=False)
    missing = RECORDS - testbed.records
    records_per_student = sum(len(course.lessons) for course in dataset.students[0].courses)
    student_count = len(dataset.students)
    dataset.add_students(-(-missing // records_per_student))
    testbed.records += dataset.add_records(dataset.students[student_count:], courses=slice(None))


def _costs(testbed: Testbed, options: argparse.Namespace) -> Costs:
    scenarios = [each for each in testbed.scenarios.all() if each.name in READ_SCENARIOS + OTHER_SCENARIOS]
    warm = costs(testbed, scenarios, options)
    return {each.name: Cost(warm[each.name], *_cold_cost(testbed, each)) for each in scenarios}


def _cold_cost(testbed: Testbed, scenario: Scenario) -> tuple[float, float]:
    """Return the cost of a request when only its worker's own memory is warm: in `find_one` ceilings, and in ms."""
    own, ceiling = [], []
    requests = cycle(ceiling_requests()["find_one"])
    for request in take(scenario.requests(), SAMPLES):
        redis.client.flushdb()
        own.append(_time_request(testbed.application, request))
        ceiling.append(_time_request(testbed.ceilings, next(requests)))
    medians = median(own), median(ceiling)
    say(f"  {scenario.name:<42} {medians[0]:.1f} ms with an empty cache, its ceiling {medians[1]:.1f} ms")
    return medians[0] / medians[1], medians[0]


def _time_request(server: Server, request: bytes) -> float:
    started = time.perf_counter()
    response, body = load.send(server.url, request)
    if response.status != 200:
        raise DevstackError(f"{response.status}: {body[:300]!r}")
    return (time.perf_counter() - started) * 1000


def _table(before: Costs, after: Costs, *, note: str) -> Table:
    rows, data = [], []
    for name in before:
        old, new = before[name], after[name]
        ratios = new.warm / old.warm, new.cold / old.cold
        figures = (*map("{:.2f}".format, ratios), f"{old.cold_ms:.1f}", f"{new.cold_ms:.1f}", f"at most {TARGET}")
        rows.append((name, *figures, report.verdict(max(ratios) <= TARGET)))
        data.append({"request": name, "warm": ratios[0], "cold": ratios[1]})
    columns = ("request", "warm, ratio", "empty cache, ratio", "before, ms", "after, ms", "target", "")
    return Table(title="Cost with a hundred times as much", columns=columns, rows=rows, note=note, data=data)
