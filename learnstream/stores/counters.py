"""Counters that all processes share through Redis; while it does not answer, each process counts for itself."""

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
    """Name a counter as Redis knows it."""
    return f"{PREFIX}:{key}"


class Counters(Storage):
    """A storage that never fails and never forgets to count. Flask-Limiter finds it by its scheme.

    Flask-Limiter's own fall-back answers 500 when two threads notice at once that Redis is away, and asks a frozen
    Redis again for every header.
    """

    STORAGE_SCHEME = [COUNTERS_SCHEME]

    @cached_property
    def _local(self) -> MemoryStorage:
        return MemoryStorage()

    @cached_property
    def _shared(self) -> RedisStorage:
        return RedisStorage("redis://", connection_pool=redis.client.connection_pool, key_prefix=PREFIX)

    def _ask(self, call: Callable[[Storage], T]) -> T:
        answer = cache.attempt(lambda: call(self._shared))
        return call(self._local) if answer is None else answer

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and start the time after which the counter is forgotten, in seconds, if this is its first."""
        if amount == 1 and (count := cache.prefetched_count(shared_name(key))):
            return count
        return self._ask(lambda storage: storage.incr(key, expiry, amount))

    def get(self, key: str) -> int:
        """Return the present count."""
        return self._ask(lambda storage: storage.get(key))

    def get_all(self, *keys: str) -> list[int]:
        """Return the present counts of several counters, in one round trip."""
        counts = cache.attempt(lambda: redis.client.mget(map(shared_name, keys)))
        return [self._local.get(key) for key in keys] if counts is None else [int(count or 0) for count in counts]

    def get_expiry(self, key: str) -> float:
        """Return when the counter is forgotten, in epoch seconds."""
        return self._ask(lambda storage: storage.get_expiry(key))

    def clear(self, key: str) -> None:
        """Forget a counter, here and there."""
        self._local.clear(key)
        cache.attempt(lambda: self._shared.clear(key))

    def check(self) -> bool:
        """Say that counting goes on: it always does."""
        return True

    def reset(self) -> None:
        """Not needed: every counter ends by itself."""
        raise NotImplementedError
