"""The bit sets in a stored document, by path, and the bits that are added to them."""

from collections.abc import Mapping
from typing import Any

from learnstream.services.learning import coverage

Path = tuple[str, ...]


class BitSets:
    """A working copy: sets are unpacked when they are needed. `added` contains only bits that are not stored yet."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._stored = stored
        self._sets: dict[Path, int] = {}
        self.added: dict[Path, int] = {}

    def get(self, path: Path) -> int:
        if path not in self._sets:
            words: Any = self._stored
            for name in path:
                words = words.get(name, {})
            self._sets[path] = coverage.unpack(words)
        return self._sets[path]

    def add(self, path: Path, bits: int) -> int:
        """Add bits to a set; return those that it did not contain."""
        if new := bits & ~self.get(path):
            self._sets[path] |= new
            self.added[path] = self.added.get(path, 0) | new
        return new

    def update(self) -> dict[str, dict[str, int]]:
        """Return the operand of the store's `$bit` that adds them."""
        return {
            ".".join((*path, number)): {"or": word}
            for path, bits in self.added.items()
            for number, word in coverage.pack(bits).items()
        }
