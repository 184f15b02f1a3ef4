"""A threaded worker in which no client keeps a thread, or the one that accepts, waiting for it.

Gunicorn's own reads requests in its threads, so that as many silent clients as there are threads stop it for as long as
they please; and it waits in the thread that accepts, for up to two seconds, for each client to hang up after its last
answer. Here a request is received, head and body, by the thread that accepts, as it comes.
"""

import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from server import refusals
from server.incoming import Incoming
from server.outgoing import ClientSocket

# How long a client may take for its answer, in seconds, and besides for each byte that it does not take at once.
ANSWER_SECONDS, BYTES_A_SECOND = 10.0, 32_000
# How long a client may take to notice that it has had its last answer, in seconds, and what it may still send, in bytes.
LINGER = 2.0
DRAIN_LIMIT = 65536
# What the application takes at most where it does not say so itself, in bytes.
LONGEST_BODY = 1024 * 1024


class PatientWorker(ThreadWorker):
    """A worker that waits for requests and for goodbyes without a thread, and drops nobody when it stops.

    All methods but `handle_error` run in the thread that accepts, which waits for nothing but the next event.
    """

    wsgi: Any = None  # the application, once it is loaded

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Connections whose next request has not come yet.
        self.arriving: set[TConn] = set()
        # Connections whose last answer is not sent whole, and what became of the request.
        self.taking: dict[TConn, Future[object]] = {}
        # Connections that have had their last answer, and how many bytes they may still send.
        self.leaving: dict[TConn, int] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """Wait for a request. Gunicorn calls this for every connection that may bring one."""
        if conn.parser is None:
            conn.sock = ClientSocket(conn.sock.detach())
            longest_body = getattr(self.wsgi, "longest_body", LONGEST_BODY)
            conn.parser = Incoming(self.cfg, conn.client, longest_body=longest_body)
            conn.initialized = True
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.arriving.add(conn)
        self.receive(conn)

    def receive(self, conn: TConn) -> None:
        """Take what has come of a request, and give it a thread once that has nothing to wait for."""
        try:
            if not conn.parser.advance() and not self._hear(conn):
                return
        except ParseException as error:
            self.log.warning("invalid request from %s: %s", refusals.address(conn.client), type(error).__name__)
            self.refuse(conn, *refusals.of_malformed(error))
        except OSError as error:
            self.log.error("a body could not be kept: %s", error)
            self.refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE, "busy")
        else:
            self.forget(conn)
            self.arriving.discard(conn)
            self.begin(conn)

    def _hear(self, conn: TConn) -> bool:
        """Read once; return True when the request is whole, else see to it that more is waited for."""
        incoming, data = conn.parser, conn.sock.heard()
        if data == b"":
            self._miss(conn)
            return False
        if data:
            incoming.feed(data)
            if incoming.advance():
                return True
        if incoming.is_asked_for():
            self.answer(conn.sock, refusals.CONTINUE)
        conn.timeout = incoming.deadline or conn.timeout
        self.watch(conn, self.receive)
        return False

    def _miss(self, conn: TConn) -> None:
        """Tell a client that has hung up in the middle of a request what is missing."""
        if conn.parser.mesg:
            self.refuse(conn, HTTPStatus.BAD_REQUEST, "body_incomplete")
        elif conn.parser.has_begun:
            self.refuse(conn, HTTPStatus.BAD_REQUEST, "bad_request")
        else:
            self.close(conn)

    def begin(self, conn: TConn) -> None:
        """Give a request a thread."""
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        if conn.sock.unsent:
            self.taking[conn] = fs
            conn.timeout = time.monotonic() + ANSWER_SECONDS + conn.sock.unsent / BYTES_A_SECOND
            self.watch(conn, self.send_rest, EVENT_WRITE)
        else:
            self.go_on(conn, fs)

    def send_rest(self, conn: TConn) -> None:
        try:
            conn.sock.send_rest()
        except OSError:
            self.close(conn)
        else:
            if not conn.sock.unsent:
                self.forget(conn)
                self.go_on(conn, self.taking.pop(conn))

    def go_on(self, conn: TConn, fs: "Future[object]") -> None:
        """Wait for the next request of a client that has its answer, or part from it."""
        conn.parser.expect_next()
        if fs.cancelled() or fs.exception() or not fs.result():
            self.shutdown_write(conn)
        elif conn.parser.has_begun:
            self.enqueue_req(conn)
        else:
            super().finish_request(conn, fs)

    def refuse(self, conn: TConn, status: HTTPStatus, code: str) -> None:
        self.forget(conn)
        self.arriving.discard(conn)
        self.answer(conn.sock, refusals.problem(status, code))
        self.shutdown_write(conn)

    def answer(self, client: socket.socket, response: bytes) -> None:
        try:
            write_nonblock(client, response)
        except OSError as error:
            self.log.debug("a refusal was not taken: %s", error)

    def shutdown_write(self, conn: TConn) -> None:
        """Send no more, and close when the client hangs up: to close at once would reset what it has not read yet."""
        conn.timeout = time.monotonic() + LINGER
        self.leaving[conn] = DRAIN_LIMIT
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.close(conn)
        else:
            self.watch(conn, self.drain)

    def drain(self, conn: TConn) -> None:
        if (data := conn.sock.heard()) is None:
            return
        self.leaving[conn] -= len(data)
        if not data or self.leaving[conn] <= 0:
            self.close(conn)

    def close(self, conn: TConn) -> None:
        self.forget(conn)
        self.arriving.discard(conn)
        self.leaving.pop(conn, None)
        self.taking.pop(conn, None)
        self.nr_conns -= 1
        conn.parser.close()
        conn.close()

    def watch(self, conn: TConn, callback: Callable[[TConn], None], event: int = EVENT_READ) -> None:
        self.forget(conn)
        self.poller.register(conn.sock, event, lambda _: callback(conn))

    def forget(self, conn: TConn) -> None:
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def murder_pending(self) -> None:
        """Part from those whose time is over; gunicorn asks for that once a second."""
        super().murder_pending()
        for conn in self._late([*self.leaving, *self.taking]):
            self.close(conn)
        for conn in self._late(self.arriving):
            if conn.parser.has_begun:
                self.refuse(conn, HTTPStatus.REQUEST_TIMEOUT, "request_timeout")
            else:
                self.close(conn)

    def _late(self, connections: Iterable[TConn]) -> list[TConn]:
        return [conn for conn in connections if conn.timeout <= time.monotonic()]

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer for an application that failed outside its own handlers, without what the client sent in the log."""
        path = req.path if req else ""
        self.log.error("failed to answer %s for %s", path, refusals.address(addr), exc_info=exc)
        self.answer(client, refusals.problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error"))

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin or cease to accept. A worker that stops takes everybody who is in the queue already, and then no more;
        and for those who have not said anything yet it does not wait long.

        Gunicorn's own keeps its listening socket open, without accepting, until the last request is done; whoever
        connects meanwhile waits and is then reset. Here a client is either served or refused.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            while self._accepts_one(listener):
                pass
            listener.close()
        for conn in [conn for conn in self.arriving if not conn.parser.has_begun]:
            conn.timeout = min(conn.timeout, time.monotonic() + LINGER)

    def _accepts_one(self, listener: socket.socket) -> bool:
        before = self.nr_conns
        self.accept(listener)
        return self.nr_conns > before
