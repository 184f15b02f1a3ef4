"""What a request costs when there is a hundred times as much of everything."""

import argparse
import time
from statistics import median

from bench import load, report
from bench.report import Table
from bench.rounds import Row, Runner, describe
from bench.scenarios import Scenario, some
from bench.stage import Stage
from devstack.console import say, step
from devstack.errors import DevstackError
from learnstream.extensions import redis

COURSES = 20_000
RECORDS = 1_000_000
TARGET = 1.3
SAMPLES = 60  # of requests that find nothing in the cache
KINDS = ("GET /courses", "GET /courses/{id}", "GET /courses/{id}/lessons", "GET /lessons/{id}/playback")
MORE = ("GET /users/me/enrollments", "GET /courses/{id}/progress", "PUT /lessons/{id}/progress, new seconds")

Costs = dict[str, tuple[float, float]]


def measure(stage: Stage, options: argparse.Namespace) -> Table:
    """Measure, let the school grow, and measure again."""
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
    return {each.name: (warm[each.name], _cold(stage, each)) for each in scenarios}


def _warm(stage: Stage, scenarios: list[Scenario], options: argparse.Namespace) -> dict[str, float]:
    """Return what requests cost that find what they need in the cache, in ceilings: so this machine's moods cancel."""
    runner = Runner(stage, options.seconds)
    rows = [Row(scenario, 1, [], []) for scenario in scenarios]
    for _ in range(options.rounds):
        for row in rows:
            runner.take_turn(row)
            say(f"  {describe(row)}")
    return {row.scenario.name: 1 / row.ratio for row in rows if row.ratio}


def _cold(stage: Stage, scenario: Scenario) -> float:
    """Return the milliseconds of a request that finds nothing in the cache, only what its worker itself remembers."""
    found = [_timed(stage, each) for each in some(scenario.requests(), SAMPLES)]
    say(f"  {scenario.name:<42} {median(found):.1f} ms with an empty cache")
    return median(found)


def _timed(stage: Stage, request: bytes) -> float:
    redis.client.flushdb()
    began = time.perf_counter()
    answer, body = load.send(stage.application.url, request)
    if answer.status != 200:
        raise DevstackError(f"{answer.status}: {body[:300]!r}")
    return (time.perf_counter() - began) * 1000


def _table(before: Costs, after: Costs, *, note: str) -> Table:
    rows, data = [], []
    for name in before:
        (warm, cold), (warm_after, cold_after) = before[name], after[name]
        ratios = warm_after / warm, cold_after / cold
        figures = (f"{ratios[0]:.2f}", f"{cold:.1f}", f"{cold_after:.1f}", f"{ratios[1]:.2f}", f"at most {TARGET}")
        rows.append((name, *figures, report.verdict(max(ratios) <= TARGET)))
        data.append({"request": name, "warm": ratios[0], "cold": ratios[1]})
    columns = ("request", "warm, ratio", "empty cache before, ms", "after, ms", "ratio", "target", "")
    return Table(title="Cost with a hundred times as much", columns=columns, rows=rows, note=note, data=data)
