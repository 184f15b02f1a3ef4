"""What keeps one silent store from holding every thread of a process.

A breaker opens when the first call has failed, and until then whoever comes waits as well: with as many of them as
there are threads, requests that never needed the store would wait for it, too.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from learnstream.errors import Unavailable
from learnstream.stores.budget import in_request, spending

PATIENCE = 0.5  # seconds in which nobody has come back from a store, after which nobody more goes to wait for it


class Bulkhead:
    """Lets all threads of a process but one wait for a store at the same time.

    The last one waits for somebody else to come back first, and is refused when nobody does.
    Outside requests nothing is limited.
    """

    def __init__(self, store: str) -> None:
        self.store = store
        self.places = 1
        self._inside: dict[int, float] = {}
        self._last_return = 0.0
        # The lock alone is cheaper to take than by way of its condition, and this is on every request's way.
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)

    def enter(self, *, is_bound: bool = True) -> None:
        """Begin to wait for the store; `is_bound=False` when this request has begun something there already.

        Raises:
            Unavailable: nobody has come back for too long.
        """
        thread = threading.get_ident()
        if thread in self._inside or not in_request():
            return
        with self._lock:
            if is_bound and len(self._inside) >= self.places:
                self._queue()
            self._inside[thread] = time.monotonic()

    def leave(self) -> None:
        """Wait no more, if this thread did."""
        thread = threading.get_ident()
        if thread in self._inside:
            with self._lock:
                del self._inside[thread]
                self._last_return = time.monotonic()
                self._changed.notify()

    @contextmanager
    def place(self, *, is_bound: bool = True) -> Iterator[None]:
        """Hold a place for the enclosed call."""
        self.enter(is_bound=is_bound)
        try:
            yield
        finally:
            self.leave()

    def _queue(self) -> None:
        with spending():
            while len(self._inside) >= self.places:
                # Nothing was to be heard before the first of them asked.
                silence = time.monotonic() - max(self._last_return, min(self._inside.values()))
                if silence >= PATIENCE:
                    raise Unavailable(self.store)
                self._changed.wait(PATIENCE - silence)


postgres = Bulkhead("postgres")
mongodb = Bulkhead("mongodb")


def init_app(app: Flask) -> None:
    """Keep one of the process's threads for requests that need another store."""
    for bulkhead in (postgres, mongodb):
        bulkhead.places = max(1, app.config["WEB_THREADS"] - 1)
