"""What keeps a failing store from taking the whole process with it.

A store that hangs is worse than one that refuses: a frozen PostgreSQL leaves psycopg2 in a read that no server-side
timeout ends. So each request has a budget of seconds that it may spend waiting for stores, a watchdog cuts the
connection that outlasts it, and a breaker answers for the store while it rests.

The breaker is our own because the libraries do not fit threads: pybreaker holds a lock for the whole call and so
serialises all of them, circuitbreaker lets every thread try at once as soon as its rest is over.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

import psycopg2.errors
import pymongo.errors
import sqlalchemy.exc
from flask import Flask, Response

from learnstream.errors import Unavailable, problem, unexpected

log = logging.getLogger(__name__)

# What the drivers raise when a store does not answer. Anything else they raise is a defect of ours.
STORE_FAILURES = (
    Unavailable,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    pymongo.errors.ConnectionFailure,
    pymongo.errors.ExecutionTimeout,
)
# What they raise when it answers that it takes no writes now. PostgreSQL: it is a replica while another one takes over,
# or the plan's space is used up and the right to write has been withdrawn (a full disk is an OperationalError). MongoDB:
# out of disk space, over the plan's quota, not enough members to keep a write.
READ_ONLY = (psycopg2.errors.ReadOnlySqlTransaction, psycopg2.errors.InsufficientPrivilege)
NO_ROOM = {14031, 8000}
REQUEST_BUDGET = 1.8  # seconds of waiting for stores in one request: "at once" is two seconds in all
UNBOUNDED_CALL = 30.0  # seconds for one statement outside a request: jobs and commands

LONGEST_TRY = 2.0  # seconds after which a try that told us nothing is given up

_spent: ContextVar[float | None] = ContextVar("store_seconds_spent", default=None)


class Breaker:
    """Answer for a store that has just failed, letting one thread a second try whether it is back."""

    def __init__(self, store: str, rest: float = 1.0) -> None:
        self.store = store
        self.rest = rest
        self._next_try: float | None = None
        self._trying: int | None = None
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        return self._next_try is not None

    def admit(self) -> None:
        """Let the call pass. The thread that tries passes again: to connect and to ask are two calls.

        Raises:
            Unavailable: the store failed less than `rest` seconds ago, or somebody else is trying it right now.
        """
        if self._next_try is None:
            return
        with self._lock:
            if self._next_try is None:
                return
            current, thread = time.monotonic(), threading.get_ident()
            if current >= self._next_try:
                self._trying, self._next_try = thread, current + LONGEST_TRY
            if self._trying != thread:
                raise Unavailable(self.store)

    def failed(self) -> None:
        with self._lock:
            self._trying = None
            self._next_try = time.monotonic() + self.rest

    def succeeded(self) -> None:
        if self._next_try is not None:
            with self._lock:
                self._trying = self._next_try = None


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


def init_app(app: Flask) -> None:
    """Answer 503 for every store that does not answer us, or takes no writes."""
    for failure in STORE_FAILURES:
        if failure is not Unavailable:
            app.register_error_handler(failure, _unavailable)
    for refusal in (sqlalchemy.exc.DBAPIError, pymongo.errors.OperationFailure):
        app.register_error_handler(refusal, _refused)


def _unavailable(error: Exception) -> Response:
    if isinstance(getattr(error, "orig", None), psycopg2.errors.LockNotAvailable):
        log.warning("a lock was waited for in vain")
        return problem(Unavailable(detail="Others are changing the same thing; try again shortly."))
    log.warning("a store failed: %s", type(error).__name__)
    return problem(Unavailable())


def _refused(error: Exception) -> Response:
    if not takes_no_writes(error):
        return unexpected(error)
    log.error("a store takes no writes: %s", error)
    return problem(Unavailable(detail="A part of the service takes no changes now; reading goes on."))


def takes_no_writes(error: Exception) -> bool:
    """Say whether a store has answered that it cannot keep anything now."""
    if isinstance(error, pymongo.errors.BulkWriteError):
        return any(failed["code"] in NO_ROOM for failed in error.details["writeErrors"])
    if isinstance(error, pymongo.errors.OperationFailure):
        return error.code in NO_ROOM or isinstance(error, pymongo.errors.WriteConcernError)
    return isinstance(getattr(error, "orig", None), READ_ONLY)


def _shut_down(fd: int) -> None:
    # A dup shares the connection but not the descriptor: closing it leaves psycopg2's own descriptor to psycopg2.
    with socket.socket(fileno=os.dup(fd)) as twin:
        twin.shutdown(socket.SHUT_RDWR)


watchdog = Watchdog()
