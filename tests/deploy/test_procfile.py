"""The Procfile, run for real: release, web and worker, and a web process that ends without dropping anybody."""

import os
import re
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection


def test_release_prepares_empty_stores_and_may_be_repeated(dyno):
    first, second = dyno.run("release"), dyno.run("release")

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert re.search(r"indexes: .*\bcourse_versions, courses, ", second.stdout)


def test_web_and_worker_start_and_no_accepted_request_is_dropped(dyno):
    dyno.start("web", "worker")
    assert dyno.wait_until_ready() == 200

    with Traffic(dyno.port) as traffic:
        begun = half_sent_request(dyno.port)
        traffic.wait_for(100)
        os.kill(dyno.gunicorn, signal.SIGTERM)
        time.sleep(0.5)
        status = finish(begun)

    assert status.startswith(b"HTTP/1.1 4"), status
    assert traffic.broken == []
    assert traffic.answered >= 100
    assert "ready" in dyno.log.read_text()


class Traffic:
    """Clients that keep asking until the server refuses new connections."""

    def __init__(self, port, clients=8):
        self.port, self.clients = port, clients
        self.answered, self.broken = 0, []
        self.counted = threading.Condition()

    def __enter__(self):
        self.pool = ThreadPoolExecutor(self.clients)
        self.running = [self.pool.submit(self._ask) for _ in range(self.clients)]
        return self

    def __exit__(self, *_):
        for each in self.running:
            each.result(timeout=30)
        self.pool.shutdown()

    def wait_for(self, number):
        with self.counted:
            assert self.counted.wait_for(lambda: self.answered >= number, timeout=20)

    def _ask(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        deadline = time.monotonic() + 25
        while time.monotonic() < deadline:
            try:
                connection.connect()
            except (ConnectionRefusedError, ConnectionResetError):
                return
            try:
                # A new connection a request, answered whole: what a router does that keeps none.
                connection.request("GET", "/ready", headers={"Connection": "close"})
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                self.broken.append(repr(error))
                return
            connection.close()
            with self.counted:
                self.answered += 1
                self.counted.notify_all()


def half_sent_request(port):
    """Begin a request whose body is still on its way."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=15)
    connection.sendall(
        b"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
    )
    return connection


def finish(connection):
    connection.sendall(b'"email":"a","b":"c"}'[:19])
    with connection:
        return connection.recv(4096)
