"""The cache in Redis: facts about users, and content ready to be served.

Every entry has a generation. A change of the source data starts a new one; a fill names the generation that it read
under and takes effect only if that is still the current one, so that a reader who raced a change cannot restore the old
value. An entry is fresh for its TTL and is kept longer as stale-if-error: a stale value is served only while the source
store does not respond. A failure of Redis is a cache miss, never an error.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from flask import g, has_app_context

from learnstream.stores import generations
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.generations import attempt
from learnstream.stores.redis import redis

STALE_IF_ERROR = 86400  # seconds for which stale content may be served while its store is down

Values = list[bytes | None]
Answer = tuple[int, Values]

FILL = """
if (redis.call('GET', KEYS[2]) or '') == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
"""

# A Redis that is full rejects INCR but still serves reads.
COUNT_AND_READ = """
local count = redis.pcall('INCR', KEYS[1])
if count == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
elseif type(count) == 'table' then
  count = 0
end
return {count, redis.call('MGET', unpack(KEYS, 2))}
"""


class Entry(NamedTuple):
    """The cached value of a key, whether it is fresh, and the key's current generation."""

    value: bytes | None
    fresh: bool
    generation: bytes


@dataclass(frozen=True, slots=True)
class Count:
    """An increment of a counter that expires so many seconds after its first increment."""

    name: str
    seconds: int


MISS = Entry(value=None, fresh=False, generation=b"unknown")


class Prefetch:
    """What a request reads in one round trip before it looks it up; `g.prefetch` while a request is handled.

    Each entry serves one lookup, because what is looked up again may have changed.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.counts: dict[str, int] = {}

    def read(self, keys: Sequence[str], count: Count | None = None) -> None:
        """Read entries, unless all have been read already, and increment a count. Unused entries are discarded."""
        if self.entries.keys() >= set(keys):
            return
        number, values = _count_and_read(keys, count) if count else (0, _read(keys))
        self.entries = dict(zip(keys, values, strict=True))
        self.counts = {count.name: number} if count and number else {}

    def take(self, keys: Sequence[str]) -> list[Entry] | None:
        """Return and remove the entries of these keys; None if one of them was not read."""
        if self.entries.keys() >= set(keys):
            return [self.entries.pop(key) for key in keys]
        return None

    def take_count(self, name: str) -> int | None:
        """Return and remove the incremented count; None if there is none, or Redis failed."""
        return self.counts.pop(name, None)

    def discard(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.entries.pop(key, None)


def prefetch_of_request() -> Prefetch | None:
    """Return the current request's prefetched entries; None in jobs and commands, which have none."""
    found: Prefetch | None = g.get("prefetch") if has_app_context() else None
    return found


def prefetch(*keys: str) -> None:
    """Let the current request read entries that are about to be looked up in one round trip."""
    if current := prefetch_of_request():
        current.read(keys)


def lookup(*keys: str) -> list[Entry]:
    """Return prefetched entries, or read them in one round trip."""
    current = prefetch_of_request()
    prefetched = current.take(keys) if current else None
    return _read(keys) if prefetched is None else prefetched


def _read(keys: Sequence[str]) -> list[Entry]:
    names = generations.names(keys)
    return _entries(keys, attempt(lambda: cast(Values, redis.client.execute_command("MGET", *names))))


def _count_and_read(keys: Sequence[str], count: Count) -> tuple[int, list[Entry]]:
    names = [count.name, *generations.names(keys)]
    answer = attempt(lambda: cast(Answer, redis.client.eval(COUNT_AND_READ, len(names), *names, count.seconds)))
    number, values = answer or (0, None)
    return number, _entries(keys, values)


def _entries(keys: Sequence[str], values: Values | None) -> list[Entry]:
    if values is None:
        return [MISS] * len(keys)
    return [_decode(value, generation) for value, generation in zip(values[::2], values[1::2], strict=True)]


def fill(key: str, value: bytes, *, generation: bytes, ttl: float, stale_if_error: int) -> None:
    """Write a value that was read under `generation`; discard it if a newer generation has begun. Times in seconds.

    A value read while a transaction had the entry closed is discarded: that transaction may be about to change it.
    """
    if generation.startswith(generations.CLOSED):
        return
    stamped = f"{time.time() + ttl:.3f}|".encode() + value
    attempt(lambda: redis.client.eval(FILL, 2, *generations.names([key]), generation, stamped, stale_if_error))


def invalidate(*keys: str) -> bool:
    """Delete the values and reject fills by readers who looked them up before.

    Returns False if Redis does not respond; the invalidation is then retried in the background until it succeeds.
    """
    _discard_prefetched(keys)
    return generations.begin(keys)


def close(*keys: str) -> tuple[Callable[[], object], bool]:
    """Delete values that the current transaction changes, and reject fills until it is over.

    Returns the function to call after the commit, and whether Redis has closed the entries.
    """
    _discard_prefetched(keys)
    mark, is_closed = generations.close(keys)
    return lambda: generations.begin(keys, closed_by=mark), is_closed


def _discard_prefetched(keys: Sequence[str]) -> None:
    if current := prefetch_of_request():
        current.discard(keys)


def get_or_load(
    key: str, load: Callable[[], bytes], *, ttl: float, stale_if_error: int = STALE_IF_ERROR, latest: bool = False
) -> bytes:
    """Return the fresh value, else the result of `load`, else, if its store is down, the stale value.

    With `latest`, `load` is called even if there is a fresh value.

    Raises:
        the exception of `load`, if it fails and there is no stale value to serve.
    """
    return get_or_load_all([key], lambda: [load()], ttl=ttl, stale_if_error=stale_if_error, latest=latest)[0]


def get_or_load_all(
    keys: Sequence[str],
    load: Callable[[], Sequence[bytes]],
    *,
    ttl: float,
    stale_if_error: int = STALE_IF_ERROR,
    latest: bool = False,
) -> list[bytes]:
    """Do what `get_or_load` does for several keys whose values one `load` returns together."""
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
        # The store has responded, for instance with a 404: the old value must not be served when the store is down.
        if cached := [key for key, entry in zip(keys, entries, strict=True) if entry.value is not None]:
            invalidate(*cached)
        raise
    for key, entry, value in zip(keys, entries, values, strict=True):
        fill(key, value, generation=entry.generation, ttl=ttl, stale_if_error=stale_if_error)
    return values


def get_or_load_each(
    keys: Sequence[str],
    load: Callable[[Sequence[str]], Mapping[str, bytes]],
    *,
    ttl: float,
    stale_if_error: int = STALE_IF_ERROR,
) -> dict[str, bytes]:
    """Do what `get_or_load` does for independent keys: one call of `load` gets all keys that are not fresh.

    Keys that neither the store nor the cache has are left out; it is not an error if the store is down.
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
    group: str, key: str, load: Callable[[], bytes], *, ttl: float, stale_if_error: int = STALE_IF_ERROR
) -> bytes:
    """Do what `get_or_load` does for one of many values that `invalidate(group)` makes stale together.

    Each value is prefixed with the group's generation that it was read under; a later generation makes it stale.
    `ttl` must be far below the lifetime of generations.
    """
    group_entry, entry = lookup(group, key)
    stamp = group_entry.generation + b"|"
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
