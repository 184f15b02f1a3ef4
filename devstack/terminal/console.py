"""Progress output: one line per step. On standard error, so that results can be piped."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(label: str) -> Iterator[None]:
    """Print the step, and then how long it took."""
    started = time.monotonic()
    say(f"  {label} … ", end="")
    try:
        yield
    except KeyboardInterrupt:
        say("stopped")
        raise
    except BaseException:
        say("failed")
        raise
    say(f"{time.monotonic() - started:.1f} s")


def say(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True, file=sys.stderr)
