"""Bulkheads that keep a hanging store from occupying every thread of a process.

A breaker opens only when the first call has failed; until then, every new request waits as well. Once all threads
wait, even requests that do not need the store would be delayed.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from learnstream.errors import Unavailable
from learnstream.stores.budget import in_request, spending

MAX_SILENCE = 0.5  # seconds without a call that has returned, after which no more threads may wait for the store


class Bulkhead:
    """Lets all threads of a process but one wait for a store at the same time.

    The last thread waits for another one's call to return, and fails if none does.
    Calls outside requests are not limited.
    """

    def __init__(self, store: str, max_silence: float | None = None) -> None:
        self.store, self.max_silence = store, max_silence
        self.slots = 1
        self._inside: dict[int, float] = {}
        self._last_return = 0.0
        self._changed = threading.Condition()

    def enter(self, *, is_bound: bool = True) -> None:
        """Take a slot for this thread; `is_bound=False` if the request already has work in progress in the store.

        Raises:
            Unavailable: all slots are taken, and no call has returned for too long.
        """
        thread = threading.get_ident()
        if thread in self._inside or not in_request():
            return
        with self._changed:
            if is_bound and len(self._inside) >= self.slots:
                self._queue()
            self._inside[thread] = time.monotonic()

    def leave(self) -> None:
        """Free this thread's slot, if it has one."""
        thread = threading.get_ident()
        if thread in self._inside:
            with self._changed:
                del self._inside[thread]
                self._last_return = time.monotonic()
                self._changed.notify()

    @contextmanager
    def slot(self, *, is_bound: bool = True) -> Iterator[None]:
        """Hold a slot during the enclosed call."""
        self.enter(is_bound=is_bound)
        try:
            yield
        finally:
            self.leave()

    def _queue(self) -> None:
        max_silence = self.max_silence or MAX_SILENCE
        with spending():
            while len(self._inside) >= self.slots:
                # Time before the oldest waiting call began does not count as silence.
                silence = time.monotonic() - max(self._last_return, min(self._inside.values()))
                if silence >= max_silence:
                    raise Unavailable(self.store)
                self._changed.wait(max_silence - silence)


postgres = Bulkhead("postgres")
mongodb = Bulkhead("mongodb")
# Not a store, but everybody can buy. A call takes it up to a second when all is well.
payments = Bulkhead("the payment service", max_silence=1.5)


def init_app(app: Flask) -> None:
    """Reserve one of the process's threads for requests that do not need the store."""
    for bulkhead in (postgres, mongodb, payments):
        bulkhead.slots = max(1, app.config["WEB_THREADS"] - 1)
