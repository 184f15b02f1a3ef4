"""Copies in Redis of what the stores hold: facts about people, and content ready to be served.

Every entry has a generation. Whoever changes the truth starts a new one; whoever fills an entry says which generation
it read under, and the fill counts only if that is still the present one, so that a reader who raced a change cannot
put the old value back. An entry is *fresh* for a while and *kept* for longer: what is no longer fresh serves only while
the store that knows better does not answer. A Redis that fails is a miss, never an error.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import cast

from learnstream.stores import generations
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.generations import attempt
from learnstream.stores.redis import redis

LAST_KNOWN = 86400  # seconds that content is kept for the time its store is down

Values = list[bytes | None]
Answer = tuple[int, Values]

_ahead: ContextVar[dict[str, "Entry"]] = ContextVar("entries_read_ahead")
_counted: ContextVar[dict[str, int]] = ContextVar("counts_taken_ahead")

FILL = """
if (redis.call('GET', KEYS[2]) or '') == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
"""

# A Redis that is full refuses to count, and tells all the same what it holds.
COUNT_AND_READ = """
local count = redis.pcall('INCR', KEYS[1])
if count == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
elseif type(count) == 'table' then
  count = 0
end
return {count, redis.call('MGET', unpack(KEYS, 2))}
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What Redis knows under a key: the last known value, whether it is fresh, and the generation it was read under."""

    value: bytes | None
    fresh: bool
    generation: bytes


@dataclass(frozen=True, slots=True)
class Count:
    """One more for a counter, which is forgotten so many seconds after its first."""

    name: str
    seconds: int


MISS = Entry(value=None, fresh=False, generation=b"unknown")


def prefetch(*keys: str, count: Count | None = None) -> None:
    """Read entries that are about to be looked up one after the other, together in one round trip if need be.

    Each serves the next look-up of its key; `count` is taken along for whoever asks `prefetched_count`. What another call
    read and nobody needed is forgotten.
    """
    if not _ahead.get({}).keys() >= set(keys):
        forget_prefetched()
        values = _count_and_read(keys, count) if count else _read(keys)
        _ahead.set(dict(zip(keys, values, strict=True)))


def forget_prefetched() -> None:
    """Forget what was read ahead: every request begins so, and none is served what an earlier one saw."""
    _ahead.set({})
    _counted.set({})


def lookup(*keys: str) -> list[Entry]:
    """Read entries in one round trip, if they were not read ahead."""
    ahead = _ahead.get({})
    if ahead.keys() >= set(keys):
        return [ahead.pop(key) for key in keys]
    return _read(keys)


def prefetched_count(name: str) -> int | None:
    """Return, once, the count that was taken along with reading ahead; None if there was none, or it failed."""
    return _counted.get({}).pop(name, None)


def _read(keys: Sequence[str]) -> list[Entry]:
    names = generations.names(keys)
    return _entries(keys, attempt(lambda: cast(Values, redis.client.execute_command("MGET", *names))))


def _count_and_read(keys: Sequence[str], count: Count) -> list[Entry]:
    names = [count.name, *generations.names(keys)]
    answer = attempt(lambda: cast(Answer, redis.client.eval(COUNT_AND_READ, len(names), *names, count.seconds)))
    number, values = answer or (0, None)
    if number:
        _counted.set({count.name: number})
    return _entries(keys, values)


def _entries(keys: Sequence[str], values: Values | None) -> list[Entry]:
    if values is None:
        return [MISS] * len(keys)
    return [_decode(value, generation) for value, generation in zip(values[::2], values[1::2], strict=True)]


def fill(key: str, value: bytes, *, generation: bytes, ttl: float, stale_if_error: int) -> None:
    """Write a value that was read under `generation`; it is dropped when a newer one has begun. Times in seconds.

    What was read while a transaction had closed the entry may be what that is about to change.
    """
    if generation.startswith(generations.CLOSED):
        return
    stamped = f"{time.time() + ttl:.3f}|".encode() + value
    attempt(lambda: redis.client.eval(FILL, 2, *generations.names([key]), generation, stamped, stale_if_error))


def invalidate(*keys: str) -> bool:
    """Forget what has changed: the values are gone, and fills by readers who looked before are refused.

    A Redis that does not take it, which is the answer False, is told again until it does.
    """
    _forget_ahead(keys)
    return generations.begin(keys)


def close(*keys: str) -> tuple[Callable[[], object], bool]:
    """Forget what the present transaction changes, and let nobody fill it in until that is over.

    Returns what to call after the commit, and whether Redis has taken it.
    """
    _forget_ahead(keys)
    mark, taken = generations.close(keys)
    return lambda: generations.begin(keys, closed_by=mark), taken


def _forget_ahead(keys: Sequence[str]) -> None:
    for key in keys:
        _ahead.get({}).pop(key, None)


def get_or_load(
    key: str, load: Callable[[], bytes], *, ttl: float, stale_if_error: int = LAST_KNOWN, latest: bool = False
) -> bytes:
    """Return the fresh value, else what `load` returns, else, if its store is down, the last known value.

    With `latest` no value is fresh enough: the store is asked.

    Raises:
        whatever `load` raises, when nothing is known.
    """
    return get_or_load_all([key], lambda: [load()], ttl=ttl, stale_if_error=stale_if_error, latest=latest)[0]


def get_or_load_all(
    keys: Sequence[str],
    load: Callable[[], Sequence[bytes]],
    *,
    ttl: float,
    stale_if_error: int = LAST_KNOWN,
    latest: bool = False,
) -> list[bytes]:
    """Do what `get_or_load` does for several keys that one `load` answers together."""
    entries = lookup(*keys)
    if not latest and all(entry.fresh for entry in entries):
        return [entry.value or b"" for entry in entries]
    try:
        values = list(load())
    except STORE_FAILURES:
        if any(entry.value is None for entry in entries):
            raise
        return [entry.value or b"" for entry in entries]
    except Exception:
        # The store itself says no: what was known before must not come back when it is down.
        if known := [key for key, entry in zip(keys, entries, strict=True) if entry.value is not None]:
            invalidate(*known)
        raise
    for key, entry, value in zip(keys, entries, values, strict=True):
        fill(key, value, generation=entry.generation, ttl=ttl, stale_if_error=stale_if_error)
    return values


def get_or_load_each(
    keys: Sequence[str],
    load: Callable[[Sequence[str]], Mapping[str, bytes]],
    *,
    ttl: float,
    stale_if_error: int = LAST_KNOWN,
) -> dict[str, bytes]:
    """Do what `get_or_load` does for keys that stand for themselves: one `load` answers for all that are not fresh.

    What neither the store nor the cache knows is left out; it is no error when the store is down.
    """
    entries = dict(zip(keys, lookup(*keys), strict=True)) if keys else {}
    values = {key: entry.value for key, entry in entries.items() if entry.value is not None}
    stale = [key for key, entry in entries.items() if not entry.fresh]
    if not stale:
        return values
    try:
        loaded = load(stale)
    except STORE_FAILURES:
        return values
    for key, value in loaded.items():
        fill(key, value, generation=entries[key].generation, ttl=ttl, stale_if_error=stale_if_error)
    return {key: value for key, value in values.items() if key not in stale} | dict(loaded)


def get_or_load_in(
    group: str, key: str, load: Callable[[], bytes], *, ttl: float, stale_if_error: int = LAST_KNOWN
) -> bytes:
    """Do what `get_or_load` does for one of many values that `invalidate(group)` makes stale together.

    Each value is stamped with the group's generation it was read under; a later generation makes it last known.
    `ttl` must be far below the lifetime of generations.
    """
    whole, entry = lookup(group, key)
    stamp = whole.generation + b"|"
    if entry.value is not None and entry.fresh and entry.value.startswith(stamp):
        return entry.value[len(stamp) :]
    try:
        value = load()
    except STORE_FAILURES:
        if entry.value is None:
            raise
        return entry.value.partition(b"|")[2]
    fill(key, stamp + value, generation=entry.generation, ttl=ttl, stale_if_error=stale_if_error)
    return value


def _decode(stamped: bytes | None, generation: bytes | None) -> Entry:
    if stamped is None:
        return Entry(None, fresh=False, generation=generation or b"")
    until, _, value = stamped.partition(b"|")
    return Entry(value, fresh=time.time() < float(until), generation=generation or b"")
