"""Long responses: produced while the client reads them, without a thread in the meantime."""

import selectors
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import PollableMethodQueue, TConn

from server import outgoing
from server.worker import BufferingWorker

PIECE = b"x" * 256 * 1024
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Source:
    """An application's iterator, which counts what was asked of it."""

    def __init__(self, *, number, fails_at=None):
        self.number, self.fails_at = number, fails_at
        self.produced, self.closed = 0, False

    def __iter__(self):
        try:
            for _ in range(self.number):
                self.produced += 1
                if self.produced == self.fails_at:
                    raise ValueError("the store is down")
                yield PIECE
        finally:
            self.closed = True


class Log:
    def __init__(self):
        self.errors = []

    def error(self, message, *args, **_):
        self.errors.append(message % args)

    def debug(self, *_):
        pass


@pytest.fixture
def worker(monkeypatch):
    worker = BufferingWorker(age=1, ppid=1, sockets=[], app=None, timeout=1, cfg=Config(), log=Log())
    worker.poller, worker.tpool, worker.method_queue = (
        selectors.DefaultSelector(),
        ThreadPoolExecutor(1),
        PollableMethodQueue(),
    )
    worker.method_queue.init()
    worker.poller.register(worker.method_queue.fileno(), selectors.EVENT_READ, worker.method_queue.run_callbacks)
    submitted = []
    monkeypatch.setattr(BufferingWorker, "submit", lambda _, conn: submitted.append(conn))
    worker.submitted = submitted
    yield worker
    worker.tpool.shutdown()
    worker.poller.close()
    worker.method_queue.close()
    worker.tmp.close()


@pytest.fixture
def client(worker):
    client, server = socket.socketpair()
    client.settimeout(5)
    conn = TConn(worker.cfg, server, ("203.0.113.7", 0), ("", 0))
    worker.nr_conns += 1
    worker.enqueue_req(conn)
    client.sendall(REQUEST)
    worker.wait_for_and_dispatch_events(1)
    yield client
    client.close()
    conn.close()


@pytest.fixture
def respond(worker, client):
    """Answer the client's request with what a source produces."""

    def respond(source, length=None, *, keep_alive=True):
        conn = worker.submitted.pop()
        conn.sock.send_later(source, len(PIECE) * source.number if length is None else length)
        finished = Future()
        finished.set_result(keep_alive)
        worker.finish_request(conn, finished)
        return conn

    return respond


def dispatch(worker, rounds=50):
    """Handle events until there are none for a while."""
    for _ in range(rounds):
        worker.wait_for_and_dispatch_events(0.02)


def read(worker, client, size):
    received = 0
    client.settimeout(0)
    deadline = time.monotonic() + 10
    while received < size and time.monotonic() < deadline:
        worker.wait_for_and_dispatch_events(0.01)
        try:
            data = client.recv(1024 * 1024)
        except BlockingIOError:
            continue
        if not data:
            break
        received += len(data)
    return received


def test_a_client_gets_the_whole_response_and_may_send_another_request(worker, client, respond):
    source = Source(number=20)
    respond(source)

    assert read(worker, client, 20 * len(PIECE)) == 20 * len(PIECE)
    assert source.closed or source.produced == 20
    dispatch(worker, 5)
    client.sendall(REQUEST)
    dispatch(worker, 5)
    assert len(worker.submitted) == 1


def test_nothing_is_produced_for_a_client_that_does_not_read(worker, client, respond):
    source = Source(number=100)
    conn = respond(source)

    dispatch(worker)

    assert 1 <= source.produced < 10
    assert conn.sock.unsent <= len(PIECE)
    assert read(worker, client, 100 * len(PIECE)) == 100 * len(PIECE)


def test_a_response_that_fails_is_cut(worker, client, respond):
    respond(Source(number=20, fails_at=3))

    assert read(worker, client, 20 * len(PIECE)) == 2 * len(PIECE)
    assert worker.nr_conns == 0
    assert worker.log.errors == ["a response was cut: ValueError: the store is down"]


@pytest.mark.parametrize("length", [len(PIECE) - 1, len(PIECE) + 1])
def test_a_response_of_another_length_is_cut(worker, client, respond, length):
    respond(Source(number=1), length)

    assert read(worker, client, length) != length
    assert worker.nr_conns == 0


def test_a_client_that_disconnects_ends_its_response(worker, client, respond):
    source = Source(number=100)
    respond(source)
    dispatch(worker, 10)

    client.close()
    dispatch(worker, 10)

    assert source.closed
    assert worker.nr_conns == 0


@pytest.mark.parametrize("deadline", ["SEND_SECONDS", "STREAM_SECONDS"])
def test_a_client_that_reads_too_slowly_is_disconnected(worker, client, respond, monkeypatch, deadline):
    monkeypatch.setattr(outgoing, deadline, 0.0)
    monkeypatch.setattr(outgoing, "BYTES_A_SECOND", 1e12)
    source = Source(number=100)
    respond(source)
    dispatch(worker, 10)

    worker.next_check = 0.0
    worker.murder_pending()

    assert source.closed
    assert worker.nr_conns == 0
