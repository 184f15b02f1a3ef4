"""Sets of whole seconds of a video: one integer whose bit n is second n, stored as a map of 64-bit words."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from math import floor

from bson import Int64

WORD = 64
FULL = (1 << WORD) - 1
TOP = 1 << (WORD - 1)


def whole(seconds: float) -> int:
    """Round to the nearest whole second, halves up: stretches that meet anywhere leave no gap and do not overlap."""
    return floor(seconds + 0.5)


def length(duration: float) -> int:
    """Return how many whole seconds a video has: one at least."""
    return max(1, whole(duration))


def between(start: float, end: float, total: int) -> int:
    """Return the seconds of a video of `total` seconds that playing from `start` to `end` covers."""
    first, last = whole(start), min(whole(end), total)
    return ((1 << (last - first)) - 1) << first if first < last else 0


def beyond(seconds: int, count: int) -> int | None:
    """Return the first second of a set that comes after so many others; None if it has no more than that."""
    if seconds.bit_count() <= count:
        return None
    # A set may have thousands of gaps: its spans are not walked.
    return bisect_right(range(seconds.bit_length()), count, key=lambda end: (seconds & (1 << end) - 1).bit_count()) - 1


def pack(seconds: int) -> dict[str, Int64]:
    """Return a set as its words that are not empty, signed as the store wants them."""
    words = {}
    for number in range(-(-seconds.bit_length() // WORD)):
        if word := seconds >> (number * WORD) & FULL:
            words[str(number)] = Int64(word - (1 << WORD) if word & TOP else word)
    return words


def unpack(words: Mapping[str, int]) -> int:
    """Return the set that these words make."""
    return sum((word & FULL) << (int(number) * WORD) for number, word in words.items())


def count(words: Mapping[str, int]) -> int:
    """Return how many seconds the set has that these words make."""
    return sum((word & FULL).bit_count() for word in words.values())


def spans(seconds: int) -> Iterator[tuple[int, int]]:
    """Give the set's stretches in order, each from its first second to the first that is missing."""
    start = 0
    while seconds:
        gap = (seconds & -seconds).bit_length() - 1
        seconds >>= gap
        run = (~seconds & (seconds + 1)).bit_length() - 1
        seconds >>= run
        yield start + gap, start + gap + run
        start += gap + run
