"""The time budget of a request for its calls to stores, and the watchdog that interrupts a call which exceeds it.

A store that hangs is worse than one that refuses connections: a frozen PostgreSQL leaves psycopg2 in a read that no
server-side timeout ends.
"""

import math
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token

REQUEST_BUDGET = 1.8  # seconds of waiting for stores per request, so that it is answered within two seconds
IDLE_SECONDS = 60.0  # before the watchdog looks again while no call is under way
UNBOUNDED_CALL = 30.0  # seconds per call outside a request: jobs and commands

_spent: ContextVar[float | None] = ContextVar("store_seconds_spent", default=None)


def begin_budget() -> Token[float | None]:
    """Limit the total time of store calls until the returned token is passed to `end_budget`."""
    return _spent.set(0.0)


def end_budget(begun: Token[float | None]) -> None:
    _spent.reset(begun)


@contextmanager
def request_budget() -> Iterator[None]:
    """Limit the total time of store calls in the enclosed request."""
    begun = begin_budget()
    try:
        yield
    finally:
        end_budget(begun)


def in_request() -> bool:
    """True if the current thread is serving a request."""
    return _spent.get() is not None


def seconds_left() -> float:
    """Return the rest of the request's budget; outside a request, the time limit of a single call."""
    spent = _spent.get()
    return UNBOUNDED_CALL if spent is None else max(0.0, REQUEST_BUDGET - spent)


@contextmanager
def spending() -> Iterator[None]:
    """Charge the time of the enclosed store call to the request's budget."""
    began = time.monotonic()
    try:
        yield
    finally:
        if (spent := _spent.get()) is not None:
            _spent.set(spent + time.monotonic() - began)


class Watchdog:
    """Shuts down sockets whose call exceeds its deadline. One thread per process, started by the first call.

    The thread looks at the nearest deadline that it knew when it looked last, whether that call has ended or not, so that
    a call wakes it only if its deadline is nearer still: rarely, since all requests have the same budget. Waking it for each
    call took 20 µs of CPU, of 39.
    """

    def __init__(self) -> None:
        self._calls: dict[int, tuple[float, int]] = {}
        self._next_look = 0.0
        self._changed = threading.Condition()
        self._process: int | None = None

    @contextmanager
    def cutting(self, fd: int, seconds: float) -> Iterator[None]:
        """Shut the socket `fd` down if the enclosed call takes longer; the blocked read then fails immediately."""
        key, deadline = threading.get_ident(), time.monotonic() + seconds
        with self._changed:
            self._start()
            self._calls[key] = (deadline, fd)
            if deadline < self._next_look:
                self._next_look = deadline
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._calls.pop(key, None)

    def _start(self) -> None:
        # A fork copies this object but not its thread, so each process starts its own.
        if self._process != os.getpid():
            self._process = os.getpid()
            self._calls.clear()
            self._next_look = math.inf
            threading.Thread(target=self._watch, name="store-watchdog", daemon=True).start()

    def _watch(self) -> None:
        with self._changed:
            while True:
                current = time.monotonic()
                for key, (deadline, fd) in list(self._calls.items()):
                    if deadline <= current:
                        del self._calls[key]
                        _shut_down(fd)
                self._next_look = min(
                    (deadline for deadline, _ in self._calls.values()), default=current + IDLE_SECONDS
                )
                self._changed.wait(timeout=max(0.0, self._next_look - current))


def _shut_down(fd: int) -> None:
    # A duplicate shares the connection but not the descriptor: closing it leaves the owner's descriptor open.
    # The peer may have reset the connection at this very moment; an error would end the watchdog's thread for good.
    with suppress(OSError), socket.socket(fileno=os.dup(fd)) as duplicate:
        duplicate.shutdown(socket.SHUT_RDWR)


watchdog = Watchdog()
