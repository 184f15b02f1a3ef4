"""The application behind a real server, spoken to byte by byte."""

import json
import re
import socket

import pytest

from tests.server import Server

# A body has fifteen seconds, and is looked at once a second.
NO_LONGER_THAN = 18
# What platforms' build packs export, whoever is in front.
EXPORTED = {"FORWARDED_ALLOW_IPS": "*", "SCRIPT_NAME": "/exported"}


@pytest.fixture(scope="session")
def server(application, settings, tmp_path_factory):
    with Server(settings | EXPORTED, tmp_path_factory.mktemp("platform") / "log") as server:
        yield server


@pytest.fixture
def begin(app, server):
    """Send the beginning of a request; more may follow."""
    connections = []

    def begin(data):
        connections.append(socket.create_connection(("127.0.0.1", server.port), timeout=NO_LONGER_THAN))
        connections[-1].sendall(data)
        return connections[-1]

    yield begin
    for connection in connections:
        connection.close()


@pytest.fixture
def answer_to(begin):
    """Send a request, or take up one that was begun, and read the whole answer: its status, and its body as JSON."""

    def answer_to(request):
        connection = begin(request) if isinstance(request, bytes) else request
        received = b""
        while not (
            head := re.search(rb"^HTTP/1.1 (\d+).*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n", received, re.S | re.I)
        ):
            received += connection.recv(65536)
        while len(received) < head.end() + int(head[2]):
            received += connection.recv(65536)
        return int(head[1]), json.loads(received[head.end() :])

    return answer_to
