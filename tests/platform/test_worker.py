"""Which requests hold a thread for long, and that none is given to one that has not come yet."""

import selectors
import socket

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from server.worker import Hold, PatientWorker

HEAD = b"%b HTTP/1.1\r\nHost: a\r\n"


class Recorder(PatientWorker):
    """Notes which requests are given a thread, and for how long they will hold it."""

    def begin(self, conn, hold):
        self.begun.append(hold)


@pytest.fixture
def worker():
    worker = Recorder(age=1, ppid=1, sockets=[], app=None, timeout=1, cfg=Config(), log=None)
    worker.begun, worker.poller = [], selectors.DefaultSelector()
    yield worker
    worker.poller.close()
    worker.tmp.close()


@pytest.fixture
def send(worker):
    """Send bytes from a client to the worker, and let it look."""
    client, server = socket.socketpair()
    conn = TConn(worker.cfg, server, ("", 0), ("", 0))
    worker.enqueue_req(conn)

    def send(data):
        client.sendall(data)
        worker.wait_for_and_dispatch_events(timeout=1)

    with client:
        yield send
    conn.close()


@pytest.mark.parametrize(
    ("line", "hold"),
    [
        (b"GET /courses", Hold.USUAL),
        (b"POST /auth/refresh", Hold.USUAL),
        (b"POST /auth/login", Hold.HASH),
        (b"POST /auth/token", Hold.HASH),
        (b"POST /auth/register?x=1", Hold.HASH),
        (b"POST /auth/%6Cogin", Hold.HASH),
        (b"POST http://localhost:8000/auth/login", Hold.HASH),
        (b"POST /auth/loginx", Hold.USUAL),
        (b"GET /auth/login", Hold.USUAL),
    ],
)
def test_what_hashes_a_password_waits_for_its_turn(worker, send, line, hold):
    send(HEAD % line + b"Content-Length: 2\r\n\r\n{}")

    assert worker.begun == [hold]


def test_a_thread_reads_what_is_long(worker, send):
    send(HEAD % b"PUT /lessons/1" + b"Content-Length: 100000\r\n\r\n{}")

    assert worker.begun == [Hold.BODY]


def test_no_thread_is_given_before_the_whole_has_come(worker, send):
    request = HEAD % b"PATCH /users/me" + b"Content-Length: 20\r\n\r\n{" + b" " * 18
    for byte in request:
        send(bytes([byte]))
        assert worker.begun == []

    send(b"}")

    assert worker.begun == [Hold.USUAL]
