"""Audience retention of a video: viewers per part, computed without store access."""

from itertools import accumulate

from learnstream.documents.stats import RetentionCounts
from learnstream.services.learning import coverage

MAX_PARTS = 100


class Retention:
    """Counts learners for each of at most 100 parts of equal length.

    A learner who watched any second of a part counts once for it, and likewise one who watched any of it again. Each
    learner left in one part: that of their last position, or else of the last second they watched.
    """

    def __init__(self, duration: float) -> None:
        self.duration = duration
        self.seconds = coverage.length(duration)
        self.parts = min(MAX_PARTS, self.seconds)
        self.viewers = 0
        self._watched = [0] * (self.parts + 1)
        self._again = [0] * (self.parts + 1)
        self._left = [0] * self.parts

    def add(self, watched: int, again: int, position: float | None) -> None:
        """Count one learner by the sets of seconds they watched, and watched again."""
        if not watched:
            return
        self.viewers += 1
        self._spread(self._watched, watched)
        self._spread(self._again, again)
        last = watched.bit_length() - 1 if position is None else int(position)
        self._left[self._part(max(0, min(last, self.seconds - 1)))] += 1

    def figures(self) -> RetentionCounts:
        """Return the figures as they are stored."""
        return {
            "duration": self.duration,
            "viewers": self.viewers,
            "watched": list(accumulate(self._watched))[:-1],
            "again": list(accumulate(self._again))[:-1],
            "left": self._left,
        }

    def _part(self, second: int) -> int:
        return second * self.parts // self.seconds

    def _spread(self, changes: list[int], seconds: int) -> None:
        """Add to a difference array: there are far fewer changes than parts."""
        done = -1
        for start, end in coverage.spans(seconds):
            if start >= self.seconds:
                break
            first, last = max(done + 1, self._part(start)), self._part(min(end, self.seconds) - 1)
            if first <= last:
                changes[first] += 1
                changes[last + 1] -= 1
                done = last


def bounds(duration: float, parts: int) -> list[tuple[float, float]]:
    """Return the start and end of each part of a video, in seconds."""
    return [(round(duration * part / parts, 2), round(duration * (part + 1) / parts, 2)) for part in range(parts)]
