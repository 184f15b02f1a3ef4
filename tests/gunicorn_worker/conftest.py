"""The application behind a real gunicorn, over raw sockets."""

import json
import re
import socket

import pytest

from tests.server import Server

# A body has a timeout of fifteen seconds, which is checked once a second.
NO_LONGER_THAN = 18
# Environment variables that platforms' build packs export.
EXPORTED = {"FORWARDED_ALLOW_IPS": "*", "SCRIPT_NAME": "/exported"}


@pytest.fixture(scope="session")
def server(application, settings, tmp_path_factory):
    with Server(settings | EXPORTED, tmp_path_factory.mktemp("platform") / "log") as server:
        yield server


@pytest.fixture
def start_request(app, server):
    """Send the beginning of a request; more may follow."""
    connections = []

    def start_request(data):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=NO_LONGER_THAN)
        connections.append(connection)
        connection.sendall(data)
        return connection

    yield start_request
    for connection in connections:
        connection.close()


@pytest.fixture
def response_to(start_request):
    """Send a request, or use the connection of a started one, and return the response's status and JSON body."""

    def response_to(request):
        connection = start_request(request) if isinstance(request, bytes) else request
        received = b""
        while not (
            head := re.search(rb"^HTTP/1.1 (\d+).*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n", received, re.S | re.I)
        ):
            received += connection.recv(65536)
        while len(received) < head.end() + int(head[2]):
            received += connection.recv(65536)
        return int(head[1]), json.loads(received[head.end() :])

    return response_to
