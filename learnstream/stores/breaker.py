"""The breaker that answers for a store while it rests, and what the drivers raise when a store fails.

The breaker is our own because the libraries do not fit threads: pybreaker holds a lock for the whole call and so
serialises all of them, circuitbreaker lets every thread try at once as soon as its rest is over.
"""

import threading
import time

import psycopg2.errors
import pymongo.errors
import sqlalchemy.exc

from learnstream.errors import Unavailable

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

LONGEST_TRY = 2.0  # seconds after which a try that told us nothing is given up


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


def is_read_only(error: Exception) -> bool:
    """True if the error says that the store accepts no writes now."""
    if isinstance(error, pymongo.errors.BulkWriteError):
        return any(failed["code"] in NO_ROOM for failed in error.details["writeErrors"])
    if isinstance(error, pymongo.errors.OperationFailure):
        return error.code in NO_ROOM or isinstance(error, pymongo.errors.WriteConcernError)
    return isinstance(getattr(error, "orig", None), READ_ONLY)
