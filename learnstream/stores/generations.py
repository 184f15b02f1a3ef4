"""Generations of cache entries: each change of the source data begins a new one, retried until Redis accepts it.

An entry is *closed* while a transaction changes its source data: a reader of the old data cannot fill it in the
meantime, not even if the process dies after its commit and before reopening the entry.
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

CLOSED = b"-"  # prefix of a closed entry's generation
LIFETIME = 3600  # seconds; far longer than any reader takes between its lookup and its fill
CLOSED_SECONDS = 60  # far longer than any transaction takes between closing entries and its commit
BATCH = 500  # keys invalidated per script: other clients of Redis wait for about a millisecond meanwhile
RETRY_INTERVAL = 0.2  # seconds; for how long stale entries may be served after Redis has come back

T = TypeVar("T")

breaker = Breaker("redis")
# Callbacks that run in the background when Redis responds again after a failure.
on_return: list[Callable[[], None]] = []

# One script for many keys: a publication, or a group, changes the seats of thousands of learners. A Redis that is full
# rejects the SET but executes the DEL. Entries that another transaction has closed stay closed.
BEGIN = """
local failure
for index = 1, #KEYS, 2 do
  redis.call('DEL', KEYS[index])
  local present = redis.call('GET', KEYS[index + 1]) or ''
  if present:sub(1, 1) ~= '-' or present == ARGV[3] or ARGV[1]:sub(1, 1) == '-' then
    local answer = redis.pcall('SET', KEYS[index + 1], ARGV[1], 'EX', ARGV[2])
    failure = answer.err and answer or failure
  end
end
return failure
"""


def attempt(call: Callable[[], T]) -> T | None:
    """Return the result of a call to Redis; None if it fails or the breaker is open."""
    try:
        return _call(call)
    except (Unavailable, RedisError):
        return None


def begin(keys: Sequence[str], *, closed_by: str = "") -> bool:
    """Begin a new generation: delete the values and reject fills by readers who looked them up before.

    Returns False if Redis fails; the call is then repeated in the background until it succeeds. closed_by: the mark of
    the transaction that had closed the entries and has committed.
    """
    try:
        _call(lambda: _begin(keys, _new(), LIFETIME, closed_by))
    except (Unavailable, RedisError):
        pending.add(keys)
        return False
    return True


def close(keys: Sequence[str]) -> tuple[str, bool]:
    """Delete the values and reject fills until `begin` is called with the returned mark, or for one minute.

    The second value is False if Redis failed.
    """
    mark = CLOSED.decode() + _new()
    try:
        _call(lambda: _begin(keys, mark, CLOSED_SECONDS, ""))
    except (Unavailable, RedisError):
        return mark, False
    return mark, True


def _call(call: Callable[[], T]) -> T:
    breaker.admit()
    try:
        result = call()
    except ResponseError as error:
        # Redis responded, but is full or a replica, for instance. Its entries can still be read.
        log.warning("Redis rejected a command: %s", error)
        raise
    except RedisError:
        breaker.failed()
        raise
    _note_success()
    return result


def _note_success() -> None:
    was_down = breaker.open
    breaker.succeeded()
    if was_down:
        for callback in on_return:
            in_background(callback)


def in_background(callback: Callable[[], None]) -> threading.Thread:
    """Run `callback` in a new daemon thread."""
    thread = threading.Thread(target=callback, name="generations", daemon=True)
    thread.start()
    return thread


def _new() -> str:
    """Return a random generation: a counter could repeat a generation after Redis has lost its data.

    It is a number, because processes of an earlier release increment it.
    """
    return str(randbits(62))


def _begin(keys: Sequence[str], generation: str, seconds: int, replacing: str) -> None:
    """Run the script for all keys, in one round trip."""
    batches = [names(keys[start : start + BATCH]) for start in range(0, len(keys), BATCH)]
    if len(batches) == 1:
        redis.client.eval(BEGIN, len(batches[0]), *batches[0], generation, seconds, replacing)
        return
    pipeline = redis.client.pipeline(transaction=False)
    for batch in batches:
        pipeline.eval(BEGIN, len(batch), *batch, generation, seconds, replacing)
    pipeline.execute()


def names(keys: Sequence[str]) -> list[str]:
    """Return the Redis keys of the value and the generation of each key."""
    return [name for key in keys for name in (f"cache:{key}", f"generation:{key}")]


class PendingInvalidations:
    """Invalidations that Redis has not accepted yet. A thread retries them as long as there are any."""

    def __init__(self) -> None:
        # The monotonic time until which each key matters: no generation lives longer than that.
        self._keys: dict[str, float] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread()

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Sequence[str]) -> None:
        with self._lock:
            self._keys |= dict.fromkeys(keys, time.monotonic() + LIFETIME)
            # A fork copies this object without its thread, which then counts as dead.
            if keys and not self._thread.is_alive():
                self._thread = in_background(self._retry)

    def _retry(self) -> None:
        while batch := self._next_batch():
            try:
                _begin(list(batch), _new(), LIFETIME, "")
            except RedisError:
                time.sleep(RETRY_INTERVAL)
            else:
                _note_success()
                self._remove(batch)

    def _next_batch(self) -> dict[str, float]:
        with self._lock:
            current = time.monotonic()
            self._keys = {key: until for key, until in self._keys.items() if until > current}
            if not self._keys:
                # This thread is about to end: the next `add` must start another one.
                self._thread = threading.Thread()
            return dict(islice(self._keys.items(), BATCH))

    def _remove(self, batch: dict[str, float]) -> None:
        with self._lock:
            for key, until in batch.items():
                # A key that was added again in the meantime stays pending.
                if self._keys.get(key) == until:
                    del self._keys[key]


pending = PendingInvalidations()
