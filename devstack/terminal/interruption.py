"""Ending in order when told to: a closed terminal and a polite kill do what Ctrl-C does."""

import signal
from collections.abc import Iterable

ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_in_order(numbers: Iterable[signal.Signals] = ALL) -> None:
    """Raise KeyboardInterrupt at the first of these signals and ignore the rest: stopping takes no longer than it must."""
    # What the caller wants ignored stays so, as with `nohup`.
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]

    def interrupt(number: int, frame: object) -> None:
        for each in heeded:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    for each in heeded:
        signal.signal(each, interrupt)
