"""The CPU that a request takes in the web workers and in each store: divide the cores of a dyno or server by it.

Unlike a rate, CPU time includes neither wrk nor other work on this machine.
"""

import argparse
from collections.abc import Iterator
from statistics import median

import psutil

from bench import load
from bench.report import Table
from bench.rounds import MIN_EVEN_CONNECTIONS, Runner, is_selected
from bench.scenarios import Scenario
from bench.testbed import Testbed
from devstack.errors import DevstackError
from devstack.terminal.console import say

STORES = ("postgres", "mongodb", "redis")
COMPONENTS = ("web", *STORES)


def measure(testbed: Testbed, options: argparse.Namespace) -> Table:
    """Send each kind of request for some seconds, and divide the CPU used by the number of requests."""
    runner = Runner(testbed, options.seconds)
    found = {each.name: _median_times(testbed, runner, each, options) for each in _selected(testbed, options)}
    return Table(
        title="CPU per request",
        columns=("request", "web workers, ms", "PostgreSQL, ms", "MongoDB, ms", "Redis, ms"),
        rows=[(name, *(f"{times[component]:.2f}" for component in COMPONENTS)) for name, times in found.items()],
        note=f"Milliseconds of CPU, user and system, at {MIN_EVEN_CONNECTIONS} connections; medians of {options.rounds} rounds.",
        data=[{"request": name, **times} for name, times in found.items()],
    )


def _selected(testbed: Testbed, options: argparse.Namespace) -> Iterator[Scenario]:
    return (each for each in testbed.scenarios.all() if is_selected(each.name, options.only))


def _median_times(
    testbed: Testbed, runner: Runner, scenario: Scenario, options: argparse.Namespace
) -> dict[str, float]:
    rounds = [_measure_round(testbed, runner, scenario, options.seconds) for _ in range(options.rounds)]
    times = {component: median(each[component] for each in rounds) for component in COMPONENTS}
    say(f"  {scenario.name:<42} " + ", ".join(f"{component} {time:.2f} ms" for component, time in times.items()))
    return times


def _measure_round(testbed: Testbed, runner: Runner, scenario: Scenario, seconds: int) -> dict[str, float]:
    file = runner.warm(scenario)
    before = cpu_seconds(testbed)
    result = load.run(testbed.application.url, file, connections=MIN_EVEN_CONNECTIONS, seconds=seconds)
    if result.fault:
        raise DevstackError(f"{scenario.name}: {result.fault}")
    testbed.application.wait_until_idle()
    return {
        component: (total - before[component]) * 1000 / result.requests
        for component, total in cpu_seconds(testbed).items()
    }


def cpu_seconds(testbed: Testbed) -> dict[str, float]:
    """Return the seconds of CPU that each component has used so far."""
    pids = {"web": testbed.application.pid} | {name: getattr(testbed.stack, name).pid for name in STORES}
    return {component: _process_seconds(psutil.Process(pid)) for component, pid in pids.items()}


def _process_seconds(process: psutil.Process) -> float:
    """Return the CPU seconds of a process, its children, and the ended children that were charged to it."""
    try:
        times, children = process.cpu_times(), process.children()
    except psutil.NoSuchProcess:
        return 0.0
    own = times.user + times.system + times.children_user + times.children_system
    return own + sum(map(_process_seconds, children))
