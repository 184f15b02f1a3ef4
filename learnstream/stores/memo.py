"""What never changes, remembered without asking anybody."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """The latest `size` things that this process came to know."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._known: dict[str, T] = {}

    def get(self, key: str) -> T | None:
        return self._known.get(key)

    def put(self, key: str, value: T) -> None:
        """Keep something, and forget what was known the longest if it is too much."""
        self._known[key] = value
        while len(self._known) > self.size:
            # Two threads may have chosen the same one to forget.
            self._known.pop(next(iter(self._known)), None)

    def get_or_load(self, key: str, load: Callable[[], T]) -> T:
        """Return what is known under the key; what is not, `load` tells."""
        if (value := self._known.get(key)) is None:
            value = load()
            self.put(key, value)
        return value

    def clear(self) -> None:
        self._known.clear()
