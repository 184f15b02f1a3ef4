"""Who gets one of a worker's threads when there are many who will hold it for long."""

from collections import deque
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from gunicorn.util import unquote_to_wsgi_str
from gunicorn.workers.gthread import TConn

from server import refusals
from server.outgoing import READ
from server.worker import PatientWorker

# As many as hash in some seven seconds, in each worker. Whoever comes then had better come back later.
LONGEST_LINE = 200


class Line:
    """Requests of a kind that have a thread, of which there are `places` for them, and those that wait for one.

    Each network in turn gets the next place, so that one that sends many makes only its own wait.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self.placed: set[TConn] = set()
        self.waiting: dict[str, deque[TConn]] = {}
        self.network_of: dict[TConn, str] = {}

    def join(self, conn: TConn, network: str) -> TConn | None:
        """Take the last place; return who has to leave for it when the line is too long: the last of the most."""
        self.waiting.setdefault(network, deque()).append(conn)
        self.network_of[conn] = network
        if len(self.network_of) <= LONGEST_LINE:
            return None
        last = max(self.waiting.values(), key=len)[-1]
        self.leave(last)
        return last

    def leave(self, conn: TConn) -> None:
        """Give up a place, in the line or at its head."""
        self.placed.discard(conn)
        if network := self.network_of.pop(conn, None):
            self.waiting[network].remove(conn)
            if not self.waiting[network]:
                del self.waiting[network]

    def call(self) -> list[TConn]:
        """Return those whose turn it is now."""
        called = []
        while self.waiting and len(self.placed) < self.places:
            network, conns = next(iter(self.waiting.items()))
            conn = conns[0]
            self.leave(conn)
            if conns:
                self.waiting[network] = self.waiting.pop(network)
            self.placed.add(conn)
            called.append(conn)
        return called


class FairWorker(PatientWorker):
    """A worker that has a thread for everybody else, however many hash passwords at the same time.

    They have half of the threads but one, and whoever finds none waits in a line, without a thread. A line that has
    become too long takes nobody more: they would give up before their turn, and passwords would be hashed for nobody.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = Line(max(1, (self.cfg.threads - 1) // 2))

    def begin(self, conn: TConn) -> None:
        network = self._hashes_for(conn)
        if network is None:
            super().begin(conn)
            return
        if last := self.line.join(conn, network):
            self.log.warning("a request was refused: %s are waiting", LONGEST_LINE)
            self.refuse(last, HTTPStatus.SERVICE_UNAVAILABLE, "busy")
        if last is not conn:
            self.watch(conn, self.await_turn)
            self.call()

    def _hashes_for(self, conn: TConn) -> str | None:
        """Return the network for which a request will hash a password, None when it will not: the application knows."""
        if (ask := getattr(self.wsgi, "hashes_for", None)) is None:
            return None
        request = conn.parser.mesg
        forwarded_for = ",".join(value for name, value in request.headers if name == "X-FORWARDED-FOR")
        network: str | None = ask(
            request.method, unquote_to_wsgi_str(request.path), refusals.address(conn.client), forwarded_for
        )
        return network

    def await_turn(self, conn: TConn) -> None:
        """Give up the place of a client that hangs up; one that sends its next request already is not looked at more."""
        data = conn.sock.heard()
        if data == b"":
            self.line.leave(conn)
            self.close(conn)
        elif data:
            conn.parser.data += data
            if len(conn.parser.data) >= READ:
                self.forget(conn)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        self.line.leave(conn)
        super().finish_request(conn, fs)
        self.call()

    def call(self) -> None:
        for conn in self.line.call():
            self.forget(conn)
            super().begin(conn)
