"""Throttling of attempts: too many failures within a period cause a pause.

Only failures count, so that users who know their passwords are not affected when many of them sign in; where a request
costs something whether it succeeds or not, such as a mail, each counts (`count_request`). An attempt that is running when
the limit is reached fails as well, so that concurrent attempts reveal nothing.
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
    """The number of `failures` within `seconds` that causes a pause of as many seconds."""

    name: str
    failures: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Counter:
    """A limit's counter for one subject: an address, an account or both."""

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
        # Subjects contain personal data and have any length, so keys contain a digest instead.
        return hashlib.sha256(self.subject.encode()).hexdigest()[:32]


def require_not_paused(*counters: Counter) -> None:
    """Require that no counter is paused.

    Raises:
        TooManyFailures: with `Retry-After` for the longest pause.
    """
    if current_app.config["RATELIMIT_ENABLED"]:
        _raise_if_paused(counters, _counters().get_all(*(counter.pause for counter in counters)))


def record_success(*counters: Counter, resetting: Counter) -> None:
    """Accept a successful attempt, and reset the failures of one counter.

    Raises:
        TooManyFailures: one of the counters has reached its limit meanwhile.
    """
    if current_app.config["RATELIMIT_ENABLED"]:
        *pauses, failures = _counters().get_all(*(counter.pause for counter in counters), resetting.failures)
        _raise_if_paused(counters, pauses)
        if failures:
            _counters().clear(resetting.failures)


def count_failure(*counters: Counter) -> list[Counter]:
    """Count a failure; return the counters that reach their limit with it.

    Raises:
        TooManyFailures: one of the counters had already reached its limit during the attempt.
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


def count_request(*counters: Counter) -> None:
    """Count a request that is limited whether it succeeds or not.

    Raises:
        TooManyFailures: one of the limits was reached before.
    """
    require_not_paused(*counters)
    count_failure(*counters)


def forget(*counters: Counter) -> None:
    """End pauses, and forget the failures that caused them."""
    if current_app.config["RATELIMIT_ENABLED"]:
        for counter in counters:
            _counters().clear(counter.failures)
            _counters().clear(counter.pause)


def _raise_if_paused(counters: Sequence[Counter], pauses: Sequence[int]) -> None:
    if waits := [_seconds_left(counter) for counter, pause in zip(counters, pauses, strict=True) if pause]:
        raise TooManyFailures(headers={"Retry-After": str(max(waits))})


def _seconds_left(counter: Counter) -> int:
    return max(1, math.ceil(_counters().get_expiry(counter.pause) - time.time()))


@cache
def _counters() -> Counters:
    return Counters()
