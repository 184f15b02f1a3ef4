"""The seconds that a request may wait for stores, and the watchdog that cuts a call which outlasts them.

A store that hangs is worse than one that refuses: a frozen PostgreSQL leaves psycopg2 in a read that no server-side
timeout ends.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

REQUEST_BUDGET = 1.8  # seconds of waiting for stores in one request: "at once" is two seconds in all
UNBOUNDED_CALL = 30.0  # seconds for one statement outside a request: jobs and commands

_spent: ContextVar[float | None] = ContextVar("store_seconds_spent", default=None)


def begin_budget() -> Token[float | None]:
    """Bound what is waited for stores from now on, all calls together, until `end_budget` is given the answer."""
    return _spent.set(0.0)


def end_budget(begun: Token[float | None]) -> None:
    _spent.reset(begun)


@contextmanager
def request_budget() -> Iterator[None]:
    """Bound what the enclosed request may wait for stores, all calls together."""
    begun = begin_budget()
    try:
        yield
    finally:
        end_budget(begun)


def in_request() -> bool:
    """Say whether this thread serves a request now."""
    return _spent.get() is not None


def seconds_left() -> float:
    """Return what is left of the request's budget; outside a request, what one call may take."""
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
    """Shut down sockets whose call outlasts its deadline. One thread a process, started by the first call."""

    def __init__(self) -> None:
        self._calls: dict[int, tuple[float, int]] = {}
        self._changed = threading.Condition()
        self._process: int | None = None

    @contextmanager
    def cutting(self, fd: int, seconds: float) -> Iterator[None]:
        """Shut the socket `fd` down if the enclosed call takes longer; the blocked read then fails at once."""
        key = threading.get_ident()
        with self._changed:
            self._start()
            self._calls[key] = (time.monotonic() + seconds, fd)
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._calls.pop(key, None)

    def _start(self) -> None:
        # A fork copies this object but not its thread, so the process that asks must be the one that started it.
        if self._process != os.getpid():
            self._process = os.getpid()
            self._calls.clear()
            threading.Thread(target=self._watch, name="store-watchdog", daemon=True).start()

    def _watch(self) -> None:
        with self._changed:
            while True:
                current = time.monotonic()
                for key, (deadline, fd) in list(self._calls.items()):
                    if deadline <= current:
                        del self._calls[key]
                        _shut_down(fd)
                nearest = min((deadline for deadline, _ in self._calls.values()), default=current + 60)
                self._changed.wait(timeout=max(0.0, nearest - current))


def _shut_down(fd: int) -> None:
    # A dup shares the connection but not the descriptor: closing it leaves psycopg2's own descriptor to psycopg2.
    with socket.socket(fileno=os.dup(fd)) as twin:
        twin.shutdown(socket.SHUT_RDWR)


watchdog = Watchdog()
