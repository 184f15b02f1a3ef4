"""A bounded in-process cache for values that never change."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """Caches the latest `size` values in this process."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: dict[str, T] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> T | None:
        return self._values.get(key)

    def put(self, key: str, value: T) -> None:
        """Add a value, evicting the oldest ones if there are too many."""
        # Finding the oldest one fails if another thread adds a value meanwhile.
        with self._lock:
            self._values[key] = value
            while len(self._values) > self.size:
                del self._values[next(iter(self._values))]

    def get_or_load(self, key: str, load: Callable[[], T]) -> T:
        """Return the cached value, or call `load` and cache its result."""
        if (value := self._values.get(key)) is None:
            value = load()
            self.put(key, value)
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
