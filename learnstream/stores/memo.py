"""A bounded in-process cache for values that never change."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """Caches the latest `size` values in this process."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: dict[str, T] = {}

    def get(self, key: str) -> T | None:
        return self._values.get(key)

    def put(self, key: str, value: T) -> None:
        """Add a value, evicting the oldest ones if there are too many."""
        self._values[key] = value
        while len(self._values) > self.size:
            # Another thread may have evicted the same one.
            self._values.pop(next(iter(self._values)), None)

    def get_or_load(self, key: str, load: Callable[[], T]) -> T:
        """Return the cached value, or call `load` and cache its result."""
        if (value := self._values.get(key)) is None:
            value = load()
            self.put(key, value)
        return value

    def clear(self) -> None:
        self._values.clear()
