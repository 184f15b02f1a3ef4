"""Sets of whole seconds of a video as bit sets: bit n of an integer is second n, stored as a map of 64-bit words."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from math import floor

from bson import Int64

WORD = 64
FULL = (1 << WORD) - 1
TOP = 1 << (WORD - 1)


def whole(seconds: float) -> int:
    """Round half up to whole seconds, so that adjacent stretches neither leave a gap nor overlap."""
    return floor(seconds + 0.5)


def length(duration: float) -> int:
    """Return a video's length in whole seconds, at least 1."""
    return max(1, whole(duration))


def between(start: float, end: float, total: int) -> int:
    """Return the seconds of a video of `total` seconds that playing from `start` to `end` covers."""
    first, last = whole(start), min(whole(end), total)
    return ((1 << (last - first)) - 1) << first if first < last else 0


def beyond(seconds: int, count: int) -> int | None:
    """Return the second of a set that is preceded by `count` others; None if the set has no more than `count`."""
    if seconds.bit_count() <= count:
        return None
    # Bisection, because a set may have thousands of gaps.
    return bisect_right(range(seconds.bit_length()), count, key=lambda end: (seconds & (1 << end) - 1).bit_count()) - 1


def pack(seconds: int) -> dict[str, Int64]:
    """Return the non-zero words of a set as signed integers, as the store requires."""
    words = {}
    for number in range(-(-seconds.bit_length() // WORD)):
        if word := seconds >> (number * WORD) & FULL:
            words[str(number)] = Int64(word - (1 << WORD) if word & TOP else word)
    return words


def unpack(words: Mapping[str, int]) -> int:
    """Return the set stored in these words."""
    return sum((word & FULL) << (int(number) * WORD) for number, word in words.items())


def count(words: Mapping[str, int]) -> int:
    """Return the number of seconds in the set stored in these words."""
    return sum((word & FULL).bit_count() for word in words.values())


def spans(seconds: int) -> Iterator[tuple[int, int]]:
    """Yield the set's contiguous spans in order, each as its first second and the first second after it."""
    start = 0
    while seconds:
        gap = (seconds & -seconds).bit_length() - 1
        seconds >>= gap
        run = (~seconds & (seconds + 1)).bit_length() - 1
        seconds >>= run
        yield start + gap, start + gap + run
        start += gap + run
