"""Requests in flight while a web process stops."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection


class Traffic:
    """Clients that send requests until the server refuses new connections, or until `stop`."""

    def __init__(self, port, clients=8):
        self.port, self.clients = port, clients
        self.answered, self.refused, self.broken = 0, 0, []
        self.counted = threading.Condition()
        self.stopping = threading.Event()

    def __enter__(self):
        self.pool = ThreadPoolExecutor(self.clients)
        self.running = [self.pool.submit(self._ask) for _ in range(self.clients)]
        return self

    def __exit__(self, *_):
        for each in self.running:
            each.result(timeout=30)
        self.pool.shutdown()

    def stop(self):
        self.stopping.set()

    def wait_for(self, number):
        with self.counted:
            assert self.counted.wait_for(lambda: self.answered >= number, timeout=20)

    def _ask(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        deadline = time.monotonic() + 25
        while time.monotonic() < deadline and not self.stopping.is_set():
            try:
                connection.connect()
            except (ConnectionRefusedError, ConnectionResetError):
                self.refused += 1
                return
            try:
                # A new connection per request, like a router without keep-alive.
                connection.request("GET", "/ready", headers={"Connection": "close"})
                response = connection.getresponse()
                response.read()
            except OSError as error:
                self.broken.append(repr(error))
                return
            connection.close()
            with self.counted:
                self.answered += 1
                self.counted.notify_all()


def half_sent_request(port):
    """Send a request except for the rest of its body."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=15)
    connection.sendall(
        b"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
    )
    return connection


def finish(connection):
    connection.sendall(b'"email":"a","b":"c"}'[:19])
    with connection:
        return connection.recv(4096)
