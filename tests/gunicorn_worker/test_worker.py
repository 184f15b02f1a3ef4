"""The worker: requests that hash a password are queued, and incomplete requests get no thread."""

import logging
import selectors
import socket

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from server import fairness
from server.fairness import MAX_QUEUE, MAX_UPLOADS, FairQueue, FairWorker
from server.worker import BufferingWorker

HEAD = b"%b HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture
def worker(application):
    worker = FairWorker(age=1, ppid=1, sockets=[], app=None, timeout=1, cfg=Config(), log=None)
    worker.poller, worker.wsgi = selectors.DefaultSelector(), application
    yield worker
    worker.poller.close()
    worker.tmp.close()


@pytest.fixture
def submitted(worker, monkeypatch):
    """The paths of the requests that were submitted to a thread."""
    submitted = []
    monkeypatch.setattr(BufferingWorker, "submit", lambda _, conn: submitted.append(conn.parser.mesg.path))
    return submitted


@pytest.fixture
def connect(worker, submitted):
    """Connect a client to the worker, which handles events whenever the client sends something."""
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
def test_requests_that_hash_a_password_are_queued(worker, send, submitted, line, waits):
    worker.hashing_queue.slots = 0

    send(HEAD % line + b"Content-Length: 2\r\n\r\n{}")

    assert (len(worker.hashing_queue.network_of), len(submitted)) == ((1, 0) if waits else (0, 1))


def test_incomplete_requests_get_no_thread(send, submitted):
    request = HEAD % b"PUT /lessons/1" + b"Content-Length: 20\r\n\r\n{" + b" " * 18
    for byte in request:
        send(bytes([byte]))
        assert submitted == []

    send(b"}")

    assert submitted == ["/lessons/1"]


def test_a_client_that_disconnects_leaves_the_queue(worker, connect, submitted):
    worker.hashing_queue.slots = 0
    gone, staying = connect(), connect()
    for each in (gone, staying):
        each(HEAD % b"POST /auth/login" + b"\r\n")
    gone.close()
    worker.wait_for_and_dispatch_events(timeout=1)
    worker.hashing_queue.slots = 2
    worker.submit_ready()

    assert len(submitted) == len(worker.hashing_queue.running) == 1


def test_a_client_that_keeps_sending_stays_queued_and_uses_no_cpu(worker, send):
    worker.hashing_queue.slots = 0
    send(HEAD % b"POST /auth/login" + b"\r\n")
    for _ in range(3):
        send(b"GET / HTTP/1.1\r\n" * 1000)

    assert len(worker.hashing_queue.network_of) == 1
    assert worker.poller.select(0) == []


def test_each_network_has_its_turn():
    queue = FairQueue(1)
    for number in range(3):
        queue.add(f"many {number}", "many")
    queue.add("one", "one")

    started = []
    for _ in range(4):
        started += queue.take_ready()
        queue.remove(started[-1])

    assert started == ["many 0", "one", "many 1", "many 2"]


def test_a_full_queue_drops_the_last_request_of_the_busiest_network():
    queue = FairQueue(0)
    for number in range(MAX_QUEUE):
        assert queue.add(f"many {number}", "many") is None

    assert queue.add("many more", "many") == "many more"
    assert queue.add("one", "one") == f"many {MAX_QUEUE - 1}"
    assert len(queue.network_of) == MAX_QUEUE


def test_uploads_wait_for_their_own_threads(worker, connect, submitted):
    worker.wsgi = UploadsApp()
    uploads = [connect(), connect()]
    for each in uploads:
        each(HEAD % b"PUT /upload" + b"Content-Length: 100\r\n\r\n" + b"x" * 100)
    connect()(HEAD % b"GET /courses" + b"\r\n")

    assert submitted == ["/upload", "/courses"]
    assert len(worker.upload_queue.network_of) == len(worker.upload_queue.running) == 1


def test_a_network_with_many_uploads_cannot_fill_the_disk(worker, connect, submitted, monkeypatch):
    monkeypatch.setattr(fairness, "MAX_RECEIVING", 250)
    worker.wsgi, worker.log = UploadsApp(), logging.getLogger()
    many = [connect(), connect()]
    for each, field in zip(many, (b"Content-Length: 100", b"Transfer-Encoding: chunked"), strict=True):
        each(HEAD % b"PUT /upload" + field + b"\r\n\r\n")
    before = len(worker.closing)
    connect("198.51.100.7")(HEAD % b"PUT /upload" + b"Content-Length: 100\r\n\r\n" + b"x" * 99)
    after = len(worker.closing)

    many[0](b"x" * 100)

    assert (before, after, submitted, len(worker.uploading)) == (0, 1, ["/upload"], 1)


def test_uploads_that_have_arrived_or_ended_do_not_count(worker, connect, submitted):
    worker.wsgi, worker.log = UploadsApp(), logging.getLogger()
    whole, cut = connect(), connect()
    for each in (whole, cut):
        each(HEAD % b"PUT /upload" + b"Content-Length: 100\r\n\r\n")
    before = len(worker.uploading)
    whole(b"x" * 100)
    cut.close()
    worker.wait_for_and_dispatch_events(timeout=1)

    assert (before, len(worker.uploading), submitted) == (2, 0, ["/upload"])


def test_a_queue_has_a_limit_of_its_own(worker):
    queue = FairQueue(1, limit=2)

    assert [queue.add(name, "network") for name in ("first", "second", "third")] == [None, None, "third"]
    assert (worker.hashing_queue.limit, worker.upload_queue.limit) == (MAX_QUEUE, MAX_UPLOADS)


class UploadsApp:
    """An application with one route that accepts long bodies."""

    longest_body = 10

    def longest_body_of(self, method, path):
        return 100 if path == "/upload" else self.longest_body

    def hashes_password(self, method, path):
        return False

    def network_of(self, peer, forwarded_for):
        return peer
