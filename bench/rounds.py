"""Requests against their ceilings, in turns, so that other load on this machine affects both."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import load
from bench.load import Result
from bench.scenarios import Scenario, ceiling_requests, some
from bench.sections import SECTIONS
from bench.servers import Server
from bench.stage import Stage
from devstack.errors import DevstackError
from devstack.terminal.console import say

FASTEST = 4000  # requests per second: an upper limit of all rates here, for requests that are sent only once each
WARM_UP = 1  # seconds, after everything that is requested has been requested before
TIMES = 2  # that everything is requested before it is measured
EVEN = 16  # connections from which on both workers must be busy
BUSIEST = 0.7  # share of the work that the busier of two workers may have
TRIES = 3


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

    def middle(self, figure: Callable[[Turn], float]) -> float | None:
        return median(map(figure, self.turns)) if self.turns else None


def measure(stage: Stage, options: argparse.Namespace) -> list[Row]:
    """Measure every selected request at every number of connections, round by round."""
    scenarios = [each for each in stage.scenarios.all() if is_chosen(each.name, options.only)]
    runner = Runner(stage, options.seconds)
    rows = [Row(scenario, number, [], []) for number in options.connections for scenario in scenarios]
    for number in range(1, options.rounds + 1):
        for row in rows:
            runner.take_turn(row)
            say(f"  {number}/{options.rounds}  {describe(row)}")
    return rows


def is_chosen(name: str, only: Iterable[str]) -> bool:
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

    def __init__(self, stage: Stage, seconds: int) -> None:
        self.stage = stage
        self.seconds = seconds
        self._ceilings = {name: self.stage.keep(name, requests) for name, requests in ceiling_requests().items()}
        self._probed: set[str] = set()

    def take_turn(self, row: Row) -> None:
        """Measure both sides once; a void measurement is retried, and finally recorded as void."""
        self._probe(row.scenario)
        ceiling, fault = self._try(lambda: self._ceiling(row), row.connections, self.stage.ceilings)
        if not fault:
            own, fault = self._try(lambda: self._own(row), row.connections, self.stage.application)
        if fault:
            row.void.append(fault)
        else:
            row.turns.append(Turn(own, ceiling))

    def _try(self, run: Callable[[], Result], connections: int, server: Server) -> tuple[Result, str | None]:
        for _ in range(TRIES):
            before = server.cpu()
            result = run()
            fault = result.fault or uneven(before, server.cpu(), connections)
            if not fault:
                break
        return result, fault

    def _ceiling(self, row: Row) -> Result:
        return self._run(self.stage.ceilings, self._ceilings[row.scenario.ceiling], row.connections, self.seconds)

    def _own(self, row: Row) -> Result:
        scenario = row.scenario
        file = self.warm(scenario)
        before = scenario.effect() if scenario.effect else 0
        result = self._run(self.stage.application, file, row.connections, self.seconds)
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
            first = some(stream, scenario.distinct * TIMES)
            # Written before anything is sent, since writing takes seconds.
            file = self.stage.keep("own", some(stream, FASTEST * self.seconds))
            self._send(scenario, first)
        else:
            first = some(stream, scenario.distinct)
            file = self.stage.keep("own", first)
            self._send(scenario, first * TIMES)
            self._run(self.stage.application, file, EVEN, WARM_UP)
        return file

    def _send(self, scenario: Scenario, requests: list[bytes]) -> None:
        found = load.send_each(self.stage.application.url, requests, connections=EVEN)
        if found.keys() != {scenario.status}:
            raise DevstackError(f"{scenario.name} was answered with {dict(found)}")

    def _probe(self, scenario: Scenario) -> None:
        """Check that the request gets the expected response, before anything is counted."""
        if scenario.name in self._probed:
            return
        self._probed.add(scenario.name)
        answer, body = load.send(self.stage.application.url, next(iter(scenario.requests())))
        if answer.status != scenario.status:
            raise DevstackError(f"{scenario.name} was answered with {answer.status}: {body[:300]!r}")

    def _run(self, server: Server, file: Path, connections: int, seconds: int) -> Result:
        self.stage.programs.check()
        return load.run(server.url, file, connections=connections, seconds=seconds)


def uneven(before: dict[int, float], after: dict[int, float], connections: int) -> str | None:
    """Return how unevenly the workers used CPU if one of them was underused, None if both were busy."""
    used = [after[pid] - before.get(pid, 0.0) for pid in after]
    if connections < EVEN or not sum(used) or max(used) / sum(used) <= BUSIEST:
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
