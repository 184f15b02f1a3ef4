"""A threaded worker that buffers requests: neither its threads nor the main thread ever wait for a client.

Gunicorn's ThreadWorker reads requests in its threads, so that as many idle clients as there are threads block it
indefinitely; and its main thread waits up to two seconds for each client to close the connection after the last
response. Here the main thread receives requests, head and body, without blocking.
"""

import errno
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

from server import error_responses
from server.incoming import Incoming
from server.outgoing import READ, READ_OF_LONG_BODY, ClientSocket

# Lingering close: how long a client may take to close after its last response, in seconds, and the bytes it may send.
LINGER = 2.0
DRAIN_LIMIT = 65536
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UsualLimits:
    """The limits of bodies, in bytes, if the application does not define them."""

    longest_body = 1024 * 1024

    @classmethod
    def longest_body_of(cls, method: str, path: str) -> int:
        return cls.longest_body


class BufferingWorker(ThreadWorker):
    """A worker that receives requests and closes connections without a thread, and drops no client when it stops.

    All methods but `handle_error` run in the main thread, which blocks only in the poller.
    """

    wsgi: Any = None  # the application, once it is loaded

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next_check = 0.0  # of timeouts, on the monotonic clock
        # Connections whose next request is not complete yet.
        self.receiving: dict[TConn, None] = {}  # in the order in which they started to wait
        # Connections whose last response is not sent completely, and the results of their requests.
        self.sending: dict[TConn, Future[object]] = {}
        # Connections in lingering close, and how many bytes they may still send.
        self.closing: dict[TConn, int] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """Start to receive a request. Gunicorn calls this for every new or kept-alive connection."""
        if conn.parser is None:
            conn.sock = ClientSocket(conn.sock.detach())
            limits = self.wsgi if hasattr(self.wsgi, "longest_body_of") else UsualLimits
            conn.parser = Incoming(self.cfg, conn.client, limits=limits)
            conn.initialized = True
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.receiving[conn] = None
        self.receive(conn)

    def receive(self, conn: TConn) -> None:
        """Receive the available part of a request, and submit it to a thread once it is complete."""
        try:
            if not conn.parser.advance() and not self._read(conn):
                return
        except ParseException as error:
            self.log.warning("invalid request from %s: %s", error_responses.address(conn.client), type(error).__name__)
            self.reject(conn, *error_responses.of_malformed(error))
        except OSError as error:
            self.log.error("could not store a request body: %s", error)
            self.reject(conn, HTTPStatus.SERVICE_UNAVAILABLE, "busy")
        else:
            self.unwatch(conn)
            self.receiving.pop(conn, None)
            self.submit(conn)

    def _read(self, conn: TConn) -> bool:
        """Read once; return True when the request is complete, else watch the connection for more data."""
        incoming: Incoming = conn.parser
        # With larger parts and chunks that need not be joined, 50 MB take 0.10 instead of 0.16 s of CPU.
        data = conn.sock.receive_available(READ_OF_LONG_BODY if incoming.missing > READ else READ)
        if data == b"":
            self._handle_disconnect(conn)
            return False
        if data:
            incoming.feed(data)
            if incoming.advance():
                return True
        if incoming.take_continue():
            self.send(conn.sock, error_responses.CONTINUE)
        conn.timeout = incoming.deadline or conn.timeout
        self.watch(conn, self.receive)
        return False

    def _handle_disconnect(self, conn: TConn) -> None:
        """Answer a client that shut down its side in the middle of a request, or close an idle connection."""
        if conn.parser.mesg:
            self.reject(conn, HTTPStatus.BAD_REQUEST, "body_incomplete")
        elif conn.parser.has_begun:
            self.reject(conn, HTTPStatus.BAD_REQUEST, "bad_request")
        else:
            self.close(conn)

    def submit(self, conn: TConn) -> None:
        """Submit a request to the thread pool."""
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        if conn.sock.unsent:
            self.sending[conn] = fs
            conn.timeout = conn.sock.send_deadline
            self.watch(conn, self.send_rest, EVENT_WRITE)
        elif conn.sock.unproduced:
            self.produce(conn, fs)
        else:
            self.finish_response(conn, fs)

    def produce(self, conn: TConn, fs: "Future[object]") -> None:
        """Have a thread produce and send the next piece of a long response."""
        self.tpool.submit(conn.sock.produce).add_done_callback(
            lambda produced: self.method_queue.defer(self.finish_piece, conn, fs, produced)
        )

    def finish_piece(self, conn: TConn, fs: "Future[object]", produced: "Future[None]") -> None:
        """Continue with the next piece, or cut the response: the client sees that it is shorter than announced."""
        if error := produced.exception():
            # Any other OSError means that the client has disconnected.
            if not isinstance(error, OSError) or error.errno in NO_SPACE:
                self.log.error("a response was cut: %s: %s", type(error).__name__, error)
            self.close(conn)
        else:
            self.finish_request(conn, fs)

    def send_rest(self, conn: TConn) -> None:
        try:
            conn.sock.send_rest()
        except OSError:
            self.close(conn)
        else:
            if not conn.sock.unsent:
                self.unwatch(conn)
                self.finish_request(conn, self.sending.pop(conn))

    def finish_response(self, conn: TConn, fs: "Future[object]") -> None:
        """Receive the next request of a client that has its response, or close the connection."""
        conn.parser.expect_next()
        conn.sock.discard()
        if fs.cancelled() or fs.exception() or not fs.result():
            self.shutdown_write(conn)
        elif conn.parser.has_begun:
            self.enqueue_req(conn)
        else:
            super().finish_request(conn, fs)

    def reject(self, conn: TConn, status: HTTPStatus, code: str) -> None:
        self.unwatch(conn)
        self.receiving.pop(conn, None)
        self.send(conn.sock, error_responses.problem(status, code))
        self.shutdown_write(conn)

    def send(self, client: socket.socket, response: bytes) -> None:
        try:
            write_nonblock(client, response)
        except OSError as error:
            self.log.debug("could not send a response: %s", error)

    def shutdown_write(self, conn: TConn) -> None:
        """Shut down writing, and close when the client does: closing at once could reset unread response data."""
        conn.timeout = time.monotonic() + LINGER
        self.closing[conn] = DRAIN_LIMIT
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.close(conn)
        else:
            self.watch(conn, self.drain)

    def drain(self, conn: TConn) -> None:
        if (data := conn.sock.receive_available()) is None:
            return
        self.closing[conn] -= len(data)
        if not data or self.closing[conn] <= 0:
            self.close(conn)

    def close(self, conn: TConn) -> None:
        self.unwatch(conn)
        self.receiving.pop(conn, None)
        self.closing.pop(conn, None)
        self.sending.pop(conn, None)
        self.nr_conns -= 1
        conn.parser.close()
        conn.close()

    def watch(self, conn: TConn, callback: Callable[[TConn], None], event: int = EVENT_READ) -> None:
        self.unwatch(conn)
        self.poller.register(conn.sock, event, lambda _: callback(conn))

    def unwatch(self, conn: TConn) -> None:
        with suppress(KeyError, ValueError):
            # By descriptor: if the socket is not registered, which is so once per request, the error would contain its repr:
            # two system calls, 10 µs of 400.
            self.poller.unregister(conn.sock.fileno())

    def murder_pending(self) -> None:
        """Close connections that have timed out, once a second, and the longest idle one whenever the worker is full.

        Gunicorn calls this after each round of events, when no event of a closed connection can be pending any more.
        """
        super().murder_pending()
        while self.nr_conns >= self.worker_connections and (idle := self._longest_idle()):
            self.close(idle)
        if time.monotonic() >= self.next_check:
            self.next_check = time.monotonic() + 1.0
            self._close_timed_out()

    def _longest_idle(self) -> TConn | None:
        """Return a connection to close so that the worker, which is full, goes on accepting."""
        silent = next((conn for conn in self.receiving if not conn.parser.has_begun), None)
        return silent or (self.keepalived_conns.popleft() if self.keepalived_conns else None)

    def _close_timed_out(self) -> None:
        for conn in self._timed_out([*self.closing, *self.sending]):
            self.close(conn)
        for conn in self._timed_out(self.receiving):
            if conn.parser.has_begun:
                self.reject(conn, HTTPStatus.REQUEST_TIMEOUT, "request_timeout")
            else:
                self.close(conn)

    def _timed_out(self, connections: Iterable[TConn]) -> list[TConn]:
        return [conn for conn in connections if conn.timeout <= time.monotonic()]

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer 500 if the application failed outside its error handlers; the log contains none of the client's data."""
        path = req.path if req else ""
        self.log.error("failed to handle %s for %s", path, error_responses.address(addr), exc_info=exc)
        if isinstance(client, ClientSocket):
            client.discard()
        self.send(client, error_responses.problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error"))

    def set_accept_enabled(self, enabled: bool) -> None:
        """Start or stop accepting. A stopping worker accepts all connections in the backlog, closes its listening
        sockets, and soon closes connections that have not sent anything.

        Gunicorn's own method keeps the listening socket open until the last request is done, so that clients which
        connect in the meantime are reset. Here a client is either served or its connection is refused.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            while self._accept_one(listener):
                pass
            listener.close()
        for conn in [conn for conn in self.receiving if not conn.parser.has_begun]:
            conn.timeout = min(conn.timeout, time.monotonic() + LINGER)

    def _accept_one(self, listener: socket.socket) -> bool:
        before = self.nr_conns
        self.accept(listener)
        return self.nr_conns > before
