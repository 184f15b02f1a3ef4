"""The cost of a request when there is a hundred times as much data."""

import argparse
import time
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from bench import load, report
from bench.report import Table
from bench.rounds import Row, Runner, describe
from bench.scenarios import Scenario, ceiling_requests, some
from bench.servers import Server
from bench.stage import Stage
from devstack.errors import DevstackError
from devstack.terminal.console import say, step
from learnstream.stores.redis import redis

COURSES = 20_000
RECORDS = 1_000_000
TARGET = 1.3
SAMPLES = 60  # of requests with an empty cache
KINDS = ("GET /courses", "GET /courses/{id}", "GET /courses/{id}/lessons", "GET /lessons/{id}/playback")
MORE = ("GET /users/me/enrollments", "GET /courses/{id}/progress", "PUT /lessons/{id}/progress, new seconds")


@dataclass(frozen=True)
class Cost:
    """The cost of a request with a warm and with an empty cache: in units of its ceiling's, and in milliseconds."""

    warm: float
    cold: float
    cold_ms: float


Costs = dict[str, Cost]


def measure(stage: Stage, options: argparse.Namespace) -> Table:
    """Measure, grow the school, and measure again."""
    before = _costs(stage, options)
    small = f"{len(stage.school.courses):,} courses and {stage.records:,} records"
    with step(f"growing to {COURSES:,} courses and {RECORDS:,} records of progress"):
        _grow(stage)
    stage.restart()
    after = _costs(stage, options)
    return _table(before, after, note=f"From {small} to {COURSES:,} and {stage.records:,}.")


def _grow(stage: Stage) -> None:
    school = stage.school
    school.add_courses(COURSES - len(school.courses), own_videos=False)
    missing = RECORDS - stage.records
    a_student = sum(len(course.lessons) for course in school.students[0].courses)
    first = len(school.students)
    school.add_students(-(-missing // a_student))
    stage.records += school.add_records(school.students[first:], courses=slice(None))


def _costs(stage: Stage, options: argparse.Namespace) -> Costs:
    scenarios = [each for each in stage.scenarios.all() if each.name in KINDS + MORE]
    warm = _warm(stage, scenarios, options)
    return {each.name: Cost(warm[each.name], *_cold(stage, each)) for each in scenarios}


def _warm(stage: Stage, scenarios: list[Scenario], options: argparse.Namespace) -> dict[str, float]:
    """Return the costs of requests with a warm cache, in ceilings: so fluctuations of this machine cancel out."""
    runner = Runner(stage, options.seconds)
    rows = [Row(scenario, 1, [], []) for scenario in scenarios]
    for _ in range(options.rounds):
        for row in rows:
            runner.take_turn(row)
            say(f"  {describe(row)}")
    return {row.scenario.name: 1 / row.ratio for row in rows if row.ratio}


def _cold(stage: Stage, scenario: Scenario) -> tuple[float, float]:
    """Return the cost of a request when only its worker's own memory is warm: in `find_one` ceilings, and in ms."""
    own, ceiling = [], []
    asked = cycle(ceiling_requests()["find_one"])
    for request in some(scenario.requests(), SAMPLES):
        redis.client.flushdb()
        own.append(_timed(stage.application, request))
        ceiling.append(_timed(stage.ceilings, next(asked)))
    found = median(own), median(ceiling)
    say(f"  {scenario.name:<42} {found[0]:.1f} ms with an empty cache, its ceiling {found[1]:.1f} ms")
    return found[0] / found[1], found[0]


def _timed(server: Server, request: bytes) -> float:
    began = time.perf_counter()
    answer, body = load.send(server.url, request)
    if answer.status != 200:
        raise DevstackError(f"{answer.status}: {body[:300]!r}")
    return (time.perf_counter() - began) * 1000


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
