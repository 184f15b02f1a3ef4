"""The circuit breaker of a store, and the exceptions by which drivers report that a store fails.

The libraries do not suit threads: pybreaker holds a lock for the whole call and so serializes all calls, and
circuitbreaker lets every thread through at once when its recovery timeout is over.
"""

import threading
import time

import psycopg2.errors
import pymongo.errors
import sqlalchemy.exc

from learnstream.errors import Unavailable

# Exceptions of the drivers for a store that does not respond. Any other exception is a bug.
STORE_FAILURES = (
    Unavailable,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    pymongo.errors.ConnectionFailure,
    pymongo.errors.ExecutionTimeout,
)
# Exceptions for a store that accepts no writes. PostgreSQL: it is a replica during a failover, or the plan's storage is
# used up and the write privilege has been revoked (a full disk is an OperationalError). MongoDB: out of disk space,
# over the plan's quota, or too few members to acknowledge a write.
READ_ONLY = (psycopg2.errors.ReadOnlySqlTransaction, psycopg2.errors.InsufficientPrivilege)
OUT_OF_SPACE = {14031, 8000}

TRIAL_TIMEOUT = 2.0  # seconds after which a trial call without a result is abandoned


class Breaker:
    """Fail calls fast while a store is down, letting one thread per recovery timeout make a trial call."""

    def __init__(self, store: str, recovery_timeout: float = 1.0) -> None:
        self.store = store
        self.recovery_timeout = recovery_timeout
        self._next_trial: float | None = None
        self._trial_thread: int | None = None
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        return self._next_trial is not None

    def admit(self) -> None:
        """Let the call through. The trial thread may call again: connecting and querying are two calls.

        Raises:
            Unavailable: the store failed less than `recovery_timeout` seconds ago, or another thread is trying it.
        """
        if self._next_trial is None:
            return
        with self._lock:
            if self._next_trial is None:
                return
            current, thread = time.monotonic(), threading.get_ident()
            if current >= self._next_trial:
                self._trial_thread, self._next_trial = thread, current + TRIAL_TIMEOUT
            if self._trial_thread != thread:
                raise Unavailable(self.store)

    def failed(self) -> None:
        with self._lock:
            self._trial_thread = None
            self._next_trial = time.monotonic() + self.recovery_timeout

    def succeeded(self) -> None:
        if self._next_trial is not None:
            with self._lock:
                self._trial_thread = self._next_trial = None


def is_read_only(error: Exception) -> bool:
    """True if the error says that the store accepts no writes now."""
    if isinstance(error, pymongo.errors.BulkWriteError):
        unacknowledged, failures = error.details["writeConcernErrors"], error.details["writeErrors"]
        return bool(unacknowledged) or any(failed["code"] in OUT_OF_SPACE for failed in failures)
    if isinstance(error, pymongo.errors.OperationFailure):
        return error.code in OUT_OF_SPACE or isinstance(error, pymongo.errors.WriteConcernError)
    return isinstance(getattr(error, "orig", None), READ_ONLY)
