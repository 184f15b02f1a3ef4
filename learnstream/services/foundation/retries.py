"""When failed background work is tried again, and when it is given up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

MAX_ERROR = 2000  # characters of a stored error or answer


@dataclass(frozen=True)
class Retries:
    """Pauses between tries, doubled from `first_pause` up to `longest_pause`.

    Work is given up at the first failure after pauses of `give_up_after` in total.
    """

    give_up_after: timedelta = timedelta(minutes=10)
    first_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(hours=1)

    def pause_after(self, tries: int) -> timedelta | None:
        """Return the pause after this many failed tries; None if the work is given up."""
        return next(islice(self._pauses(), tries - 1, None), None)

    def _pauses(self) -> Iterator[timedelta]:
        pause, total = self.first_pause, timedelta()
        while total < self.give_up_after:
            yield pause
            total += pause
            pause = min(2 * pause, self.longest_pause)


def describe(error: Exception) -> str:
    """Return an error as it is stored with the work that failed."""
    return storable(f"{type(error).__name__}: {error}")


def storable(text: str) -> str:
    """Return a vendor's text as it can be stored with work.

    PostgreSQL rejects NUL and lone surrogates: work could then be neither tried again, nor given up, nor done.
    """
    return text[:MAX_ERROR].replace("\0", "?").encode(errors="replace").decode()
