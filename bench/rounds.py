"""Requests against their ceilings, in turns, so that other load on this machine affects both."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import load
from bench.load import Result
from bench.scenarios import Scenario, ceiling_requests, take
from bench.sections import SECTIONS
from bench.servers import Server
from bench.testbed import Testbed
from devstack.errors import DevstackError
from devstack.terminal.console import say

MAX_RATE = 4000  # requests per second: an upper limit of all rates here, for requests that are sent only once each
WARM_UP_SECONDS = 1  # after everything that is requested has been requested before
WARM_UP_REPEATS = 2  # that everything is requested before it is measured
MIN_EVEN_CONNECTIONS = 16  # connections from which on both workers must be busy
MAX_WORKER_SHARE = 0.7  # share of the work that the busier of two workers may have
ATTEMPTS = 3


@dataclass(frozen=True)
class Turn:
    """One measurement of a request and of its ceiling, in direct succession."""

    own: Result
    ceiling: Result

    @property
    def ratio(self) -> float:
        return self.own.rate / self.ceiling.rate


@dataclass
class Row:
    """All measurements of a request at one number of connections."""

    scenario: Scenario
    connections: int
    turns: list[Turn]
    void: list[str]

    @property
    def ratio(self) -> float | None:
        return median(turn.ratio for turn in self.turns) if self.turns else None

    def median_of(self, figure: Callable[[Turn], float]) -> float | None:
        return median(map(figure, self.turns)) if self.turns else None


def measure(testbed: Testbed, options: argparse.Namespace) -> list[Row]:
    """Measure every selected request at every number of connections, round by round."""
    scenarios = [each for each in testbed.scenarios.all() if is_selected(each.name, options.only)]
    runner = Runner(testbed, options.seconds)
    rows = [Row(scenario, number, [], []) for number in options.connections for scenario in scenarios]
    for number in range(1, options.rounds + 1):
        for row in rows:
            runner.take_turn(row)
            say(f"  {number}/{options.rounds}  {describe(row)}")
    return rows


def costs(testbed: Testbed, scenarios: Sequence[Scenario], options: argparse.Namespace) -> dict[str, float]:
    """Return what requests cost by their names, each in costs of its ceiling: fluctuations of this machine cancel out."""
    runner = Runner(testbed, options.seconds)
    rows = [Row(scenario, 1, [], []) for scenario in scenarios]
    for _ in range(options.rounds):
        for row in rows:
            runner.take_turn(row)
            say(f"  {describe(row)}")
    return {row.scenario.name: 1 / row.ratio for row in rows if row.ratio}


def is_selected(name: str, only: Iterable[str]) -> bool:
    """True if a request is selected: all are, unless `only` contains parts of names."""
    named = [each for each in only if each not in SECTIONS]
    return not named or any(each.casefold() in name.casefold() for each in named)


def describe(row: Row) -> str:
    label = f"{row.connections:>3}  {row.scenario.name:<42}"
    if not row.turns:
        return f"{label} void: {'; '.join(row.void)}"
    turn = row.turns[-1]
    return f"{label} {turn.own.rate:7.0f}/s of {turn.ceiling.rate:6.0f}  {turn.ratio:5.2f}"


class Runner:
    """Sends requests and decides whether a result is valid."""

    def __init__(self, testbed: Testbed, seconds: int) -> None:
        self.testbed = testbed
        self.seconds = seconds
        self._ceilings = {
            name: self.testbed.write_requests(name, requests) for name, requests in ceiling_requests().items()
        }
        self._probed: set[str] = set()

    def take_turn(self, row: Row) -> None:
        """Measure both sides once; a void measurement is retried, and finally recorded as void."""
        self._probe(row.scenario)
        ceiling, fault = self._retry(lambda: self._measure_ceiling(row), row.connections, self.testbed.ceilings)
        if not fault:
            own, fault = self._retry(lambda: self._measure_own(row), row.connections, self.testbed.application)
        if fault:
            row.void.append(fault)
        else:
            row.turns.append(Turn(own, ceiling))

    def _retry(self, run: Callable[[], Result], connections: int, server: Server) -> tuple[Result, str | None]:
        for _ in range(ATTEMPTS):
            before = server.cpu()
            result = run()
            fault = result.fault or uneven(before, server.cpu(), connections)
            if not fault:
                break
        return result, fault

    def _measure_ceiling(self, row: Row) -> Result:
        return self._run(self.testbed.ceilings, self._ceilings[row.scenario.ceiling], row.connections, self.seconds)

    def _measure_own(self, row: Row) -> Result:
        scenario = row.scenario
        file = self.warm(scenario)
        before = scenario.effect() if scenario.effect else 0
        result = self._run(self.testbed.application, file, row.connections, self.seconds)
        if scenario.effect:
            require_effect(scenario, result, scenario.effect() - before)
        return result

    def warm(self, scenario: Scenario) -> Path:
        """Return a file of requests to measure, after everything that they read has just been requested.

        However slow the application is, it has answered each of them twice: these very requests, or, where each is sent
        only once, others about the same learners and lessons. So nothing is missing from a worker's memory or from the
        cache, where entries live for half a minute, and nothing has expired, if the file is sent at once.
        """
        stream = scenario.requests()
        if scenario.once:
            first = take(stream, scenario.distinct * WARM_UP_REPEATS)
            # Written before anything is sent, since writing takes seconds.
            file = self.testbed.write_requests("own", take(stream, MAX_RATE * self.seconds))
            self._send(scenario, first)
        else:
            first = take(stream, scenario.distinct)
            file = self.testbed.write_requests("own", first)
            self._send(scenario, first * WARM_UP_REPEATS)
            self._run(self.testbed.application, file, MIN_EVEN_CONNECTIONS, WARM_UP_SECONDS)
        return file

    def _send(self, scenario: Scenario, requests: list[bytes]) -> None:
        statuses = load.send_each(self.testbed.application.url, requests, connections=MIN_EVEN_CONNECTIONS)
        if statuses.keys() != {scenario.status}:
            raise DevstackError(f"{scenario.name} was answered with {dict(statuses)}")

    def _probe(self, scenario: Scenario) -> None:
        """Check that the request gets the expected response, before anything is counted."""
        if scenario.name in self._probed:
            return
        self._probed.add(scenario.name)
        response, body = load.send(self.testbed.application.url, next(iter(scenario.requests())))
        if response.status != scenario.status:
            raise DevstackError(f"{scenario.name} was answered with {response.status}: {body[:300]!r}")

    def _run(self, server: Server, file: Path, connections: int, seconds: int) -> Result:
        self.testbed.programs.check()
        return load.run(server.url, file, connections=connections, seconds=seconds)


def uneven(before: dict[int, float], after: dict[int, float], connections: int) -> str | None:
    """Return how unevenly the workers used CPU if one of them was underused, None if both were busy."""
    used = [after[pid] - before.get(pid, 0.0) for pid in after]
    if connections < MIN_EVEN_CONNECTIONS or not sum(used) or max(used) / sum(used) <= MAX_WORKER_SHARE:
        return None
    return f"one worker did {max(used) / sum(used):.0%} of the work"


def require_effect(scenario: Scenario, result: Result, effects: int) -> None:
    """Check that every answered request had its effect.

    Raises:
        DevstackError: some had none, so the rate is not that of the work.
    """
    if result.laps or effects < result.requests:
        raise DevstackError(
            f"{scenario.name}: {result.requests} were answered, {effects} had an effect, {result.laps} laps"
        )
