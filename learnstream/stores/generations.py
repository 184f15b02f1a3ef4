"""Generations of what Redis holds: each change of the truth begins a new one, and begins it again until Redis takes it.

An entry is *closed* while a transaction changes what it tells: whoever reads the old truth in the meantime cannot put
it back, not even if the process dies before it could say that it has committed.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from itertools import islice
from secrets import randbits
from typing import TypeVar

from redis.exceptions import RedisError, ResponseError

from learnstream.errors import Unavailable
from learnstream.stores.breaker import Breaker
from learnstream.stores.redis import redis

log = logging.getLogger(__name__)

CLOSED = b"-"  # what the generation of a closed entry begins with
LIFETIME = 3600  # seconds; far longer than any reader takes between its look-up and its fill
CLOSED_SECONDS = 60  # far longer than any transaction takes between closing its facts and its commit
BATCH = 500  # keys begun anew in one round trip
PAUSE = 0.2  # seconds between two tries to tell Redis: it may have been back for no longer than that

T = TypeVar("T")

breaker = Breaker("redis")
# What a process that serves does in the background when Redis answers again.
on_return: list[Callable[[], None]] = []

# One command however many keys: a publication forgets the seats of thousands. A Redis that is full refuses to note the
# generation, and deletes all the same. What another transaction has closed stays closed for it.
BEGIN = """
local refusal
for index = 1, #KEYS, 2 do
  redis.call('DEL', KEYS[index])
  local present = redis.call('GET', KEYS[index + 1]) or ''
  if present:sub(1, 1) ~= '-' or present == ARGV[3] or ARGV[1]:sub(1, 1) == '-' then
    local answer = redis.pcall('SET', KEYS[index + 1], ARGV[1], 'EX', ARGV[2])
    refusal = answer.err and answer or refusal
  end
end
return refusal
"""


def attempt(call: Callable[[], T]) -> T | None:
    """Ask Redis; None when it does not answer or is being left alone because it has just failed to."""
    try:
        return _ask(call)
    except (Unavailable, RedisError):
        return None


def begin(keys: Sequence[str], *, closed_by: str = "") -> bool:
    """Begin a new generation: the values are gone, and fills by readers who looked before are refused.

    What Redis does not take now, which is the answer False, is repeated until it does. closed_by: the mark of the
    transaction that has closed them and has committed by now.
    """
    try:
        _ask(lambda: _begin(keys, _new(), LIFETIME, closed_by))
    except (Unavailable, RedisError):
        debts.add(keys)
        return False
    return True


def close(keys: Sequence[str]) -> tuple[str, bool]:
    """Forget the values and refuse fills until `begin` is given the mark returned here, or a minute has passed.

    The second word says whether Redis has taken it.
    """
    mark = CLOSED.decode() + _new()
    try:
        _ask(lambda: _begin(keys, mark, CLOSED_SECONDS, ""))
    except (Unavailable, RedisError):
        return mark, False
    return mark, True


def _ask(call: Callable[[], T]) -> T:
    breaker.admit()
    try:
        result = call()
    except ResponseError as error:
        # It answered: it is full, say, or a replica. What it holds still serves.
        log.warning("Redis refused: %s", error)
        raise
    except RedisError:
        breaker.failed()
        raise
    _note_answer()
    return result


def _note_answer() -> None:
    was_away = breaker.open
    breaker.succeeded()
    if was_away:
        for callback in on_return:
            in_background(callback)


def in_background(callback: Callable[[], None]) -> threading.Thread:
    """Run `callback` in a thread of its own, which ends with the process."""
    thread = threading.Thread(target=callback, name="generations", daemon=True)
    thread.start()
    return thread


def _new() -> str:
    """Return a generation that was never there: a Redis that lost what it held must not come to one again.

    It is a number, so that a process of an earlier release, which counts, can begin the next one.
    """
    return str(randbits(62))


def _begin(keys: Sequence[str], generation: str, seconds: int, replacing: str) -> None:
    both = names(keys)
    redis.client.eval(BEGIN, len(both), *both, generation, seconds, replacing)


def names(keys: Sequence[str]) -> list[str]:
    """Name what Redis holds of each key: its value, and its generation."""
    return [name for key in keys for name in (f"cache:{key}", f"generation:{key}")]


class Debts:
    """Generations that Redis has yet to be told of. While there are any, a thread tries to."""

    def __init__(self) -> None:
        # Until when each matters: no value is kept for longer than a generation.
        self._owed: dict[str, float] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread()

    def __len__(self) -> int:
        return len(self._owed)

    def add(self, keys: Sequence[str]) -> None:
        with self._lock:
            self._owed |= dict.fromkeys(keys, time.monotonic() + LIFETIME)
            # A fork copies this object without its thread, which then counts as dead.
            if keys and not self._thread.is_alive():
                self._thread = in_background(self._pay)

    def _pay(self) -> None:
        while due := self._next():
            try:
                _begin(list(due), _new(), LIFETIME, "")
            except RedisError:
                time.sleep(PAUSE)
            else:
                _note_answer()
                self._forget(due)

    def _next(self) -> dict[str, float]:
        with self._lock:
            current = time.monotonic()
            self._owed = {key: until for key, until in self._owed.items() if until > current}
            if not self._owed:
                # Whoever adds one from now on finds no thread: this one is about to end.
                self._thread = threading.Thread()
            return dict(islice(self._owed.items(), BATCH))

    def _forget(self, paid: dict[str, float]) -> None:
        with self._lock:
            for key, until in paid.items():
                # One that was added again meanwhile is owed still.
                if self._owed.get(key) == until:
                    del self._owed[key]


debts = Debts()
