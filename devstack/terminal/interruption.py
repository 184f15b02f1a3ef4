"""Orderly termination by signals: a closed terminal and SIGTERM have the effect of Ctrl-C."""

import signal
from collections.abc import Iterable

ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_in_order(numbers: Iterable[signal.Signals] = ALL) -> None:
    """Raise KeyboardInterrupt on the first of these signals and ignore the rest: stopping is as quick as it can be."""
    # Signals that the caller ignores stay ignored, as with `nohup`.
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]

    def interrupt(number: int, frame: object) -> None:
        for each in heeded:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    for each in heeded:
        signal.signal(each, interrupt)
