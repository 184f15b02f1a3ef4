"""Repeating an update whose precondition a concurrent change has made false."""

import random
import time
from collections.abc import Iterator

TRIES = 20
PAUSE = 0.01  # average seconds before the second try; the delay grows with each


def tries() -> Iterator[int]:
    """Yield the numbers of the tries, with a pause before each one but the first."""
    yield 0
    for number in range(1, TRIES):
        time.sleep(random.uniform(0, min(0.1, 2 * PAUSE * number)))  # noqa: S311
        yield number
