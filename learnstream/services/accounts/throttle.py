"""Failed attempts: after too many in a while, there is a pause.

What is counted is failures, so that people who know their password never wait because many of them sign in. An attempt
that is already under way when the limit is reached learns nothing any more, however many run at the same time.
"""

import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flask import current_app

from learnstream.errors.accounts import TooManyFailures
from learnstream.stores.counters import Counters


@dataclass(frozen=True, slots=True)
class Limit:
    """So many `failures` within so many `seconds` bring a pause of as many seconds."""

    name: str
    failures: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Counter:
    """One thing that a limit counts for: an address, an account, both."""

    limit: Limit
    subject: str

    @property
    def failures(self) -> str:
        return f"failures:{self.limit.name}:{self._digest}"

    @property
    def pause(self) -> str:
        return f"pause:{self.limit.name}:{self._digest}"

    @property
    def _digest(self) -> str:
        # Subjects are people's addresses and of any length: neither belongs in a key.
        return hashlib.sha256(self.subject.encode()).hexdigest()[:32]


def require_none_paused(*counters: Counter) -> None:
    """Let through unless one of the counters pauses.

    Raises:
        TooManyFailures: with `Retry-After` for the longest pause.
    """
    if current_app.config["RATELIMIT_ENABLED"]:
        _refuse_paused(counters, _counters().get_all(*(counter.pause for counter in counters)))


def note_success(*counters: Counter, forgetting: Counter) -> None:
    """Let an attempt through that has succeeded, and begin to count the failures of one counter anew.

    Raises:
        TooManyFailures: one of the counters had reached its limit meanwhile.
    """
    if current_app.config["RATELIMIT_ENABLED"]:
        *pauses, failures = _counters().get_all(*(counter.pause for counter in counters), forgetting.failures)
        _refuse_paused(counters, pauses)
        if failures:
            _counters().clear(forgetting.failures)


def count_failure(*counters: Counter) -> list[Counter]:
    """Count a failure; return the counters that begin to pause with it.

    Raises:
        TooManyFailures: the attempt came too late: one of the counters had reached its limit meanwhile.
    """
    if not current_app.config["RATELIMIT_ENABLED"]:
        return []
    counts = {counter: _counters().incr(counter.failures, counter.limit.seconds) for counter in counters}
    reached = [counter for counter, count in counts.items() if count == counter.limit.failures]
    for counter in reached:
        _counters().incr(counter.pause, counter.limit.seconds)
    if late := [counter for counter, count in counts.items() if count > counter.limit.failures]:
        raise TooManyFailures(headers={"Retry-After": str(max(map(_seconds_left, late)))})
    return reached


def _refuse_paused(counters: Sequence[Counter], pauses: Sequence[int]) -> None:
    if waits := [_seconds_left(counter) for counter, pause in zip(counters, pauses, strict=True) if pause]:
        raise TooManyFailures(headers={"Retry-After": str(max(waits))})


def _seconds_left(counter: Counter) -> int:
    return max(1, math.ceil(_counters().get_expiry(counter.pause) - time.time()))


@cache
def _counters() -> Counters:
    return Counters()
