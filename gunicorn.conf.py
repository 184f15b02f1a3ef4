"""How a dyno serves the web: threads that wait for stores, and time to finish what was begun."""

import json
import os
import socket
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from secrets import token_hex
from selectors import EVENT_READ
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import _DEFER, DEFAULT_WORKER_DATA_TIMEOUT, TConn, ThreadWorker
from pythonjsonlogger.json import JsonFormatter

# What a client may keep a thread waiting for its next bytes, in seconds. Gunicorn's own threads wait for ever.
PATIENCE = 10.0
# How long a client may take to notice that it has had its last answer, in seconds, and what it may still send, in bytes.
FAREWELL = 2.0
LAST_WORDS = 65536
# What is no request that the application could see; everything else that cannot be parsed is a 400.
REFUSALS = {
    errors.LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "uri_too_long"),
    errors.LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
    errors.ExpectationFailed: (HTTPStatus.EXPECTATION_FAILED, "expectation_failed"),
    errors.UnsupportedTransferCoding: (HTTPStatus.NOT_IMPLEMENTED, "unsupported_transfer_coding"),
}
# Requests of strangers that hash a password: they take fifty times as long as others, one after the other.
HASHING = (b"POST /auth/login", b"POST /auth/token", b"POST /auth/register")
IN_LINE = object()
# As many as hash in some seven seconds, in each worker. Whoever comes then had better come back later.
LONGEST_LINE = 200
RETRY_AFTER = 10  # seconds
OURS = (errors.ConfigurationProblem, errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


class JsonLogger(Logger):
    """Writes gunicorn's own lines as the application writes its own."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        formatter = JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)


class ClientSocket(socket.socket):
    """A client's connection, for which a thread does not wait for ever."""

    def setblocking(self, flag: bool) -> None:
        self.settimeout(PATIENCE if flag else 0.0)


class DrainingWorker(ThreadWorker):
    """A threaded worker that waits for nobody for ever, drops nobody when it stops, and refuses in the API's words.

    Gunicorn's own keeps its listening socket open, without accepting, until the last request is done; whoever connects
    meanwhile waits and is then reset. This one accepts everybody who is already in the queue and closes the socket at
    once, so that a client is either served or refused.

    Gunicorn's own also lets everybody wait while one client, for up to two seconds, does not hang up after its last
    answer. This one does something else meanwhile.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Connections whose client has yet to hang up, the longest first, and what it may still send.
        self.leaving: dict[TConn, int] = {}

    def enqueue_req(self, conn: TConn) -> None:
        if not isinstance(conn.sock, ClientSocket):
            conn.sock = ClientSocket(fileno=conn.sock.detach())
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        """Go on with a connection as its request ended. This and what follows runs in the thread that accepts."""
        if fs.cancelled() or fs.exception() or not fs.result():
            self.say_goodbye(conn)
        else:
            super().finish_request(conn, fs)

    def say_goodbye(self, conn: TConn) -> None:
        """Send no more, and close when the client hangs up: to close at once would reset what it has not read yet."""
        conn.timeout = time.monotonic() + FAREWELL
        self.leaving[conn] = LAST_WORDS
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self.hear_out, conn))
        except OSError:
            self.close(conn)

    def hear_out(self, conn: TConn, _: socket.socket) -> None:
        try:
            heard = len(conn.sock.recv(LAST_WORDS))
        except BlockingIOError:
            return
        except OSError:
            heard = 0
        self.leaving[conn] -= heard
        if not heard or self.leaving[conn] <= 0:
            self.close(conn)

    def close(self, conn: TConn) -> None:
        del self.leaving[conn]
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close what has had its time; gunicorn asks for that once a second."""
        super().murder_pending()
        late = [conn for conn in self.leaving if conn.timeout <= time.monotonic()]
        for conn in late:
            self.close(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Refuse what is no HTTP as everything else is refused, in problem+json."""
        if isinstance(exc, OURS) or not isinstance(exc, errors.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("invalid request from %s: %s", addr[0] if addr else "", exc)
        self.refuse(client, *REFUSALS.get(type(exc), (HTTPStatus.BAD_REQUEST, "bad_request")))

    def refuse(self, client: socket.socket, status: HTTPStatus, code: str) -> None:
        try:
            write_nonblock(client, problem(status, code))
        except OSError as error:
            self.log.debug("the refusal was not taken: %s", error)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            while self._accepts_one(listener):
                pass
            listener.close()

    def _accepts_one(self, listener: socket.socket) -> bool:
        before = self.nr_conns
        self.accept(listener)
        return self.nr_conns > before


class FairWorker(DrainingWorker):
    """A worker that has a thread for everybody else, however many sign in at the same time.

    In the application each of them would hold a thread while it waits for its turn to hash. So there are places for them
    on all threads but one, and whoever finds none waits in a line, without a thread. A line that has become too long takes
    nobody more: they would give up before their turn, and their passwords would be hashed for nobody.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = max(1, self.cfg.threads - 1)
        self.placed: set[TConn] = set()
        self.line: deque[TConn] = deque()

    def handle(self, conn: TConn) -> object:
        if not conn.initialized and not conn.wait_for_data(DEFAULT_WORKER_DATA_TIMEOUT):
            return _DEFER
        return super().handle(conn) if conn in self.placed or not will_hash(conn) else IN_LINE

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        self.placed.discard(conn)
        if not fs.cancelled() and fs.exception() is None and fs.result() is IN_LINE:
            self.join_line(conn)
        else:
            super().finish_request(conn, fs)
        while self.line and len(self.placed) < self.places:
            self.placed.add(first := self.line.popleft())
            self.enqueue_req(first)

    def join_line(self, conn: TConn) -> None:
        if len(self.line) < LONGEST_LINE:
            self.line.append(conn)
            return
        self.log.warning("a sign-in was refused: %s are waiting", len(self.line))
        self.refuse(conn.sock, HTTPStatus.SERVICE_UNAVAILABLE, "busy")
        self.say_goodbye(conn)


def will_hash(conn: TConn) -> bool:
    """Look at how a connection's next request begins, and leave it where it is."""
    read_ahead = conn.parser.unreader.buf.getvalue() if conn.parser else b""
    try:
        return (read_ahead or conn.sock.recv(max(map(len, HASHING)), socket.MSG_PEEK)).startswith(HASHING)
    except OSError:
        return False


def problem(status: HTTPStatus, code: str) -> bytes:
    """Return a whole HTTP response of this status."""
    request_id = token_hex(8)
    body = {
        "type": f"urn:learnstream:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": f"{status.description or status.phrase}.",
        "code": code,
        "request_id": request_id,
    }
    content = json.dumps(body).encode()
    head = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(content)}",
        "X-Content-Type-Options: nosniff",
        f"X-Request-ID: {request_id}",
        *([f"Retry-After: {RETRY_AFTER}"] if status is HTTPStatus.SERVICE_UNAVAILABLE else []),
        "X-Process-Time: 0.0000",
    ]
    return "\r\n".join([*head, "", ""]).encode() + content


def every_address() -> str:
    """Return the address that means all of them; dynos have IPv6, not every container has."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return "0.0.0.0"  # noqa: S104 - a dyno is reached from outside
    return "[::]"


bind = f"{every_address()}:{os.environ.get('PORT', '8000')}"
worker_class = FairWorker
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "5"))
timeout = 20
graceful_timeout = 20
# The router in front keeps connections for up to 90 s; closing later than it does spares clients a reset.
keepalive = 95
# Without it, one worker often accepts all connections.
reuse_port = True
# The catalogue's filters may be long.
limit_request_line = 8190
logger_class = JsonLogger
# The application writes one line a request itself, as JSON.
accesslog = None
# From 25.1 on gunicorn opens a control socket; nobody here talks to it.
control_socket_disable = True
