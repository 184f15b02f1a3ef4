"""Counters that all processes share through Redis; while it does not respond, each process counts locally."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from limits.storage import MemoryStorage, RedisStorage, Storage

from learnstream.stores import cache
from learnstream.stores.redis import redis

COUNTERS_SCHEME = "learnstream"
PREFIX = "counter"

T = TypeVar("T")


def shared_name(key: str) -> str:
    """Return a counter's key in Redis."""
    return f"{PREFIX}:{key}"


class Counters(Storage):
    """A storage of `limits` that falls back to local counters. Flask-Limiter finds it by its scheme.

    Flask-Limiter's own fallback responds with 500 if two threads detect a failure of Redis at once, and calls a frozen
    Redis again for every header.
    """

    STORAGE_SCHEME = [COUNTERS_SCHEME]

    @cached_property
    def _local(self) -> MemoryStorage:
        return MemoryStorage()

    @cached_property
    def _shared(self) -> RedisStorage:
        return RedisStorage("redis://", connection_pool=redis.client.connection_pool, key_prefix=PREFIX)

    def _call(self, call: Callable[[Storage], T]) -> T:
        result = cache.attempt(lambda: call(self._shared))
        return call(self._local) if result is None else result

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Increment and return a counter; its first increment sets its expiry, in seconds."""
        current = cache.prefetch_of_request()
        if amount == 1 and current and (count := current.take_count(shared_name(key))):
            return count
        return self._call(lambda storage: storage.incr(key, expiry, amount))

    def get(self, key: str) -> int:
        """Return the current count."""
        return self._call(lambda storage: storage.get(key))

    def get_all(self, *keys: str) -> list[int]:
        """Return the current counts of several counters, in one round trip."""
        counts = cache.attempt(lambda: redis.client.mget(map(shared_name, keys)))
        return [self._local.get(key) for key in keys] if counts is None else [int(count or 0) for count in counts]

    def get_expiry(self, key: str) -> float:
        """Return when the counter expires, in epoch seconds."""
        return self._call(lambda storage: storage.get_expiry(key))

    def clear(self, key: str) -> None:
        """Delete a counter, locally and in Redis."""
        self._local.clear(key)
        cache.attempt(lambda: self._shared.clear(key))

    def check(self) -> bool:
        """Always True: without Redis, the local counters are used."""
        return True

    def reset(self) -> None:
        """Not needed: every counter expires."""
        raise NotImplementedError
