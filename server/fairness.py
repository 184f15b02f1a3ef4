"""Who gets one of a worker's threads when there are many who will hold it for long."""

from collections import deque
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from gunicorn.workers.gthread import TConn

from server.worker import Hold, PatientWorker

# As many as hash in some seven seconds, in each worker. Whoever comes then had better come back later.
LONGEST_LINE = 200


class Line:
    """Requests of a kind that have a thread, of which there are `places` for them, and those that wait for one."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.placed: set[TConn] = set()
        self.waiting: deque[TConn] = deque()

    def call(self) -> list[TConn]:
        """Return those whose turn it is now."""
        called = [self.waiting.popleft() for _ in range(min(len(self.waiting), self.places - len(self.placed)))]
        self.placed.update(called)
        return called


class FairWorker(PatientWorker):
    """A worker that has a thread for everybody else, however many sign in, or send long bodies, at the same time.

    Each of the two kinds has half of the threads but one, and whoever finds none waits in a line, without a thread. A line
    that has become too long takes nobody more: they would give up before their turn, and passwords would be hashed for
    nobody.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = max(1, (self.cfg.threads - 1) // 2)
        self.lines = {Hold.HASH: Line(places), Hold.BODY: Line(places)}

    def begin(self, conn: TConn, hold: Hold) -> None:
        line = self.lines.get(hold)
        if line is None:
            super().begin(conn, hold)
        elif len(line.waiting) < LONGEST_LINE:
            line.waiting.append(conn)
            self.call()
        else:
            self.log.warning("a request was refused: %s are waiting", len(line.waiting))
            self.refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE, "busy")

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        for line in self.lines.values():
            line.placed.discard(conn)
        super().finish_request(conn, fs)
        self.call()

    def call(self) -> None:
        for hold, line in self.lines.items():
            for conn in line.call():
                super().begin(conn, hold)
