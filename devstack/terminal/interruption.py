"""Orderly termination by signals: a closed terminal and SIGTERM have the effect of Ctrl-C."""

import signal
from collections.abc import Iterable

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_on_signals(signals: Iterable[signal.Signals] = SIGNALS) -> None:
    """Raise KeyboardInterrupt on the first of these signals and ignore the rest: stopping is as quick as it can be."""
    # Signals that the caller ignores stay ignored, as with `nohup`.
    handled = [signal_number for signal_number in signals if signal.getsignal(signal_number) is not signal.SIG_IGN]

    def interrupt(signal_number: int, frame: object) -> None:
        for each in handled:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt(signal_number)

    for each in handled:
        signal.signal(each, interrupt)
