"""A threaded worker in which no client keeps a thread, or the one that accepts, waiting for it.

Gunicorn's own reads requests in its threads, so that as many silent clients as there are threads stop it for as long as
they please; and it waits in the thread that accepts, for up to two seconds, for each client to hang up after its last
answer.
"""

import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from enum import Enum
from http import HTTPStatus
from selectors import EVENT_READ
from typing import Any
from urllib.parse import unquote_to_bytes

from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from server import refusals
from server.arrivals import Arrival, judge

# What a client may take for a request from its first byte on, and a thread wait for its next bytes, in seconds.
PATIENCE = 10.0
# How long a client may take to notice that it has had its last answer, in seconds, and what it may still send, in bytes.
FAREWELL = 2.0
LAST_WORDS = 65536
READ = 16 * 1024  # bytes at a time

# Requests of strangers that hash a password: they take fifty times as long as others, one after the other.
HASHING = re.compile(rb"POST (?:https?://[^/ ]*)?/auth/(?:login|token|register)\b")


class Hold(Enum):
    """For how long a request will hold a thread."""

    USUAL = "as long as it takes to answer"
    HASH = "for its turn to hash a password as well"
    BODY = "until a slow client has sent the rest"


class ClientSocket(socket.socket):
    """A client's connection, for which a thread does not wait for ever."""

    def setblocking(self, flag: bool) -> None:
        self.settimeout(PATIENCE if flag else 0.0)

    def heard(self) -> bytes | None:
        """Return what the client has sent, as far as it has come; nothing if it has hung up, None if it is silent."""
        try:
            return self.recv(READ)
        except BlockingIOError:
            return None
        except OSError:
            return b""


def hashes_password(data: bytes) -> bool:
    """Say whether a request that begins so will hash a password, in whatever way its address is written."""
    return HASHING.match(unquote_to_bytes(data.partition(b"\r\n")[0])) is not None


class PatientWorker(ThreadWorker):
    """A worker that waits for requests and for goodbyes without a thread, and drops nobody when it stops.

    All methods run in the thread that accepts, which waits for nothing but the next event.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What has come of requests so far.
        self.arriving: dict[TConn, bytes] = {}
        # Connections that have had their last answer, and how many bytes they may still send.
        self.leaving: dict[TConn, int] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """Wait for a request. Gunicorn calls this for every connection that may bring one."""
        if not isinstance(conn.sock, ClientSocket):
            conn.sock = ClientSocket(fileno=conn.sock.detach())
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.arriving[conn] = b""
        if conn.parser:
            self.add(conn, conn.parser.unreader.take_buffered())
        self.receive(conn)

    def receive(self, conn: TConn) -> None:
        """Take what has come of a request, and give it a thread once that need not wait for the rest."""
        arrival = judge(self.arriving[conn])
        if arrival is Arrival.PART and (data := conn.sock.heard()) is not None:
            if not data and not self.arriving[conn]:
                self.part(conn)
                return
            self.add(conn, data)
            # Whoever has hung up in the middle is told what is missing.
            arrival = judge(self.arriving[conn]) if data else Arrival.WHOLE
        if arrival is Arrival.PART:
            self.watch(conn, self.receive)
        else:
            self.hand_over(conn, arrival)

    def add(self, conn: TConn, data: bytes) -> None:
        if data and not self.arriving[conn]:
            conn.timeout = time.monotonic() + PATIENCE
        self.arriving[conn] += data

    def hand_over(self, conn: TConn, arrival: Arrival) -> None:
        self.forget(conn)
        data = self.arriving.pop(conn)
        conn.init()
        conn.parser.unreader.unread(data)
        if arrival is Arrival.LONG:
            self.begin(conn, Hold.BODY)
        else:
            self.begin(conn, Hold.HASH if hashes_password(data) else Hold.USUAL)

    def begin(self, conn: TConn, hold: Hold) -> None:
        """Give a request a thread."""
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        if fs.cancelled() or fs.exception() or not fs.result():
            self.say_goodbye(conn)
        else:
            super().finish_request(conn, fs)

    def refuse(self, conn: TConn, status: HTTPStatus, code: str) -> None:
        self.answer(conn.sock, refusals.problem(status, code))
        self.say_goodbye(conn)

    def answer(self, client: socket.socket, response: bytes) -> None:
        try:
            write_nonblock(client, response)
        except OSError as error:
            self.log.debug("a refusal was not taken: %s", error)

    def say_goodbye(self, conn: TConn) -> None:
        """Send no more, and close when the client hangs up: to close at once would reset what it has not read yet."""
        conn.timeout = time.monotonic() + FAREWELL
        self.leaving[conn] = LAST_WORDS
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.part(conn)
        else:
            self.watch(conn, self.hear_out)

    def hear_out(self, conn: TConn) -> None:
        if (data := conn.sock.heard()) is None:
            return
        self.leaving[conn] -= len(data)
        if not data or self.leaving[conn] <= 0:
            self.part(conn)

    def part(self, conn: TConn) -> None:
        self.forget(conn)
        self.arriving.pop(conn, None)
        self.leaving.pop(conn, None)
        self.nr_conns -= 1
        conn.close()

    def watch(self, conn: TConn, callback: Callable[[TConn], None]) -> None:
        self.forget(conn)
        self.poller.register(conn.sock, EVENT_READ, lambda _: callback(conn))

    def forget(self, conn: TConn) -> None:
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def murder_pending(self) -> None:
        """Part from those whose time is over; gunicorn asks for that once a second."""
        super().murder_pending()
        for conn in self._late(self.leaving):
            self.part(conn)
        for conn in self._late(self.arriving):
            if self.arriving.pop(conn):
                self.refuse(conn, HTTPStatus.REQUEST_TIMEOUT, "request_timeout")
            else:
                self.part(conn)

    def _late(self, connections: dict[TConn, Any]) -> list[TConn]:
        return [conn for conn in connections if conn.timeout <= time.monotonic()]

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Refuse what is no HTTP as everything else is refused. The one method here that runs in a request's thread."""
        if not refusals.is_malformed(exc):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("invalid request from %s: %s", addr[0] if addr else "", exc)
        self.answer(client, refusals.of_malformed(exc))

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
        for conn in [conn for conn, data in self.arriving.items() if not data]:
            conn.timeout = min(conn.timeout, time.monotonic() + FAREWELL)

    def _accepts_one(self, listener: socket.socket) -> bool:
        before = self.nr_conns
        self.accept(listener)
        return self.nr_conns > before
