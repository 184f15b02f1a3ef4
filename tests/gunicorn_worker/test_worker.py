"""Which requests wait for their turn to hash a password, and that no thread is given to one that has not come yet."""

import selectors
import socket

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from server.fairness import LONGEST_LINE, FairWorker, Line
from server.worker import PatientWorker

HEAD = b"%b HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture
def worker(application):
    worker = FairWorker(age=1, ppid=1, sockets=[], app=None, timeout=1, cfg=Config(), log=None)
    worker.poller, worker.wsgi = selectors.DefaultSelector(), application
    yield worker
    worker.poller.close()
    worker.tmp.close()


@pytest.fixture
def begun(worker, monkeypatch):
    """Which requests are given a thread."""
    begun = []
    monkeypatch.setattr(PatientWorker, "begin", lambda _, conn: begun.append(conn.parser.mesg.path))
    return begun


@pytest.fixture
def connect(worker, begun):
    """Connect a client to the worker, and let the worker look whenever it sends something."""
    conns = []

    def connect(address="203.0.113.7"):
        client, server = socket.socketpair()
        conns.append((client, TConn(worker.cfg, server, (address, 0), ("", 0))))
        worker.nr_conns += 1
        worker.enqueue_req(conns[-1][1])

        def send(data):
            client.sendall(data)
            worker.wait_for_and_dispatch_events(timeout=1)

        send.close = client.close
        return send

    yield connect
    for client, conn in conns:
        client.close()
        conn.parser.close()
        conn.close()


@pytest.fixture
def send(connect):
    return connect()


@pytest.mark.parametrize(
    ("line", "waits"),
    [
        (b"GET /courses", False),
        (b"POST /auth/refresh", False),
        (b"POST /auth/login", True),
        (b"POST /auth/token", True),
        (b"POST /auth/register?x=1", True),
        (b"POST /auth/%6Cogin", True),
        (b"POST http://localhost:8000/auth/login", True),
        (b"POST HTTP://localhost/auth/login", True),
        (b"POST //auth/login", True),
        (b"POST ///auth/login", True),
        (b"POST /%2Fauth/login", True),
        (b"\r\nPOST /auth/login", True),
        (b"POST /auth/login;a#b", False),
        (b"POST /auth/loginx", False),
        (b"GET /auth/login", False),
        (b"PATCH /users/me", True),
        (b"GET /users/me", False),
        (b"POST /admin/users", True),
        (b"PATCH /admin/users/7", True),
        (b"PATCH /admin/users/seven", False),
    ],
)
def test_what_hashes_a_password_waits_for_its_turn(worker, send, begun, line, waits):
    worker.line.places = 0

    send(HEAD % line + b"Content-Length: 2\r\n\r\n{}")

    assert (len(worker.line.network_of), len(begun)) == ((1, 0) if waits else (0, 1))


def test_no_thread_is_given_before_the_whole_has_come(send, begun):
    request = HEAD % b"PUT /lessons/1" + b"Content-Length: 20\r\n\r\n{" + b" " * 18
    for byte in request:
        send(bytes([byte]))
        assert begun == []

    send(b"}")

    assert begun == ["/lessons/1"]


def test_a_client_that_hangs_up_gives_up_its_place(worker, connect, begun):
    worker.line.places = 0
    gone, staying = connect(), connect()
    for each in (gone, staying):
        each(HEAD % b"POST /auth/login" + b"\r\n")
    gone.close()
    worker.wait_for_and_dispatch_events(timeout=1)
    worker.line.places = 2
    worker.call()

    assert len(begun) == len(worker.line.placed) == 1


def test_a_client_that_goes_on_talking_keeps_its_place_and_no_processor(worker, send):
    worker.line.places = 0
    send(HEAD % b"POST /auth/login" + b"\r\n")
    for _ in range(3):
        send(b"GET / HTTP/1.1\r\n" * 1000)

    assert len(worker.line.network_of) == 1
    assert worker.poller.select(0) == []


def test_each_network_has_its_turn():
    line = Line(1)
    for number in range(3):
        line.join(f"many {number}", "many")
    line.join("one", "one")

    called = []
    for _ in range(4):
        called += line.call()
        line.leave(called[-1])

    assert called == ["many 0", "one", "many 1", "many 2"]


def test_a_line_that_is_too_long_drops_the_last_of_the_most():
    line = Line(0)
    for number in range(LONGEST_LINE):
        assert line.join(f"many {number}", "many") is None

    assert line.join("many more", "many") == "many more"
    assert line.join("one", "one") == f"many {LONGEST_LINE - 1}"
    assert len(line.network_of) == LONGEST_LINE
