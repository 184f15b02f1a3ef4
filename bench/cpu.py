"""The CPU that a request takes in the web workers and in each store: divide the cores of a dyno or server by it.

Unlike a rate, CPU time includes neither wrk nor other work on this machine.
"""

import argparse
from collections.abc import Iterator
from statistics import median

import psutil

from bench import load
from bench.report import Table
from bench.rounds import EVEN, Runner, is_chosen
from bench.scenarios import Scenario
from bench.stage import Stage
from devstack.errors import DevstackError
from devstack.terminal.console import say

STORES = ("postgres", "mongodb", "redis")
PLACES = ("web", *STORES)


def measure(stage: Stage, options: argparse.Namespace) -> Table:
    """Send each kind of request for some seconds, and divide the CPU used by the number of requests."""
    runner = Runner(stage, options.seconds)
    found = {each.name: _times(stage, runner, each, options) for each in _chosen(stage, options)}
    return Table(
        title="CPU per request",
        columns=("request", "web workers, ms", "PostgreSQL, ms", "MongoDB, ms", "Redis, ms"),
        rows=[(name, *(f"{times[place]:.2f}" for place in PLACES)) for name, times in found.items()],
        note=f"Milliseconds of CPU, user and system, at {EVEN} connections; medians of {options.rounds} rounds.",
        data=[{"request": name, **times} for name, times in found.items()],
    )


def _chosen(stage: Stage, options: argparse.Namespace) -> Iterator[Scenario]:
    return (each for each in stage.scenarios.all() if is_chosen(each.name, options.only))


def _times(stage: Stage, runner: Runner, scenario: Scenario, options: argparse.Namespace) -> dict[str, float]:
    rounds = [_round(stage, runner, scenario, options.seconds) for _ in range(options.rounds)]
    times = {place: median(each[place] for each in rounds) for place in PLACES}
    say(f"  {scenario.name:<42} " + ", ".join(f"{place} {time:.2f} ms" for place, time in times.items()))
    return times


def _round(stage: Stage, runner: Runner, scenario: Scenario, seconds: int) -> dict[str, float]:
    file = runner.warm(scenario)
    before = used(stage)
    result = load.run(stage.application.url, file, connections=EVEN, seconds=seconds)
    if result.fault:
        raise DevstackError(f"{scenario.name}: {result.fault}")
    stage.application.rest()
    return {place: (total - before[place]) * 1000 / result.requests for place, total in used(stage).items()}


def used(stage: Stage) -> dict[str, float]:
    """Return the seconds of CPU that each component has used so far."""
    pids = {"web": stage.application.pid} | {name: getattr(stage.stack, name).pid for name in STORES}
    return {place: _seconds(psutil.Process(pid)) for place, pid in pids.items()}


def _seconds(process: psutil.Process) -> float:
    """Return the CPU seconds of a process, its children, and the ended children that were charged to it."""
    try:
        times, children = process.cpu_times(), process.children()
    except psutil.NoSuchProcess:
        return 0.0
    own = times.user + times.system + times.children_user + times.children_system
    return own + sum(map(_seconds, children))
