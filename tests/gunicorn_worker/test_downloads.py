"""Downloads of files over the wire: whole, in ranges, by clients that read slowly or not at all."""

import os
import re
import select
import time

import psutil
import pytest
from bson import ObjectId

from learnstream.documents.file import FileState
from learnstream.integrations import files
from tests.files import make_file
from tests.waiting import within

SIZE = 20_000_000
CONTENT = os.urandom(SIZE)
# What a request may take, and what a worker allocates once, whatever it does.
MEGABYTES_A_REQUEST, MEGABYTES_ONCE = 5, 10
READERS = 10


@pytest.fixture
def request_for(owner):
    """Return a request for a stored file, as its owner sends it."""
    file_id = ObjectId()
    name = f"files/{file_id}"
    stored = files.service().put(name, [CONTENT], content_type=None)
    ready = {"state": FileState.READY, "size": SIZE, "type": "application/pdf", "object": name, "etag": stored.etag}
    make_file(owner, _id=file_id, **ready)

    def request_for(*fields, method="GET"):
        head = [f"{method} /files/{file_id}/content HTTP/1.1", "Host: a", f"Authorization: Bearer {owner.token}"]
        return "\r\n".join([*head, *fields, "", ""]).encode()

    return request_for


def read_response(connection, *, has_body=True):
    """Return the status, the headers and the body of a response."""
    received = bytearray()
    # One byte at a time, and no more than the body: what follows belongs to the next response.
    while not (head := re.fullmatch(rb"HTTP/1.[01] (\d+).*?\r\n\r\n", received, re.S)):
        data = connection.recv(1)
        assert data, "no response"
        received += data
    left = int(re.search(rb"content-length: (\d+)", head[0], re.I)[1]) if has_body else 0
    body = bytearray()
    while left > len(body) and (data := connection.recv(min(1024 * 1024, left - len(body)))):
        body += data
    return int(head[1]), head[0].lower(), bytes(body)


def test_a_file_is_sent_whole_and_the_connection_serves_further_requests(start_request, request_for):
    connection = start_request(request_for() + request_for("Range: bytes=5-9"))

    assert read_response(connection)[::2] == (200, CONTENT)
    assert read_response(connection)[::2] == (206, CONTENT[5:10])
    connection.sendall(request_for(method="HEAD"))
    status, head, body = read_response(connection, has_body=False)
    assert (status, body) == (200, b"")
    assert b"content-length: %d\r\n" % SIZE in head
    connection.sendall(request_for(f"Range: bytes={SIZE}-"))
    status, head, _ = read_response(connection)
    assert status == 416
    assert b"content-range: bytes */%d\r\n" % SIZE in head


def test_a_client_that_wants_to_close_gets_all(start_request, request_for):
    connection = start_request(request_for("Connection: close"))

    assert read_response(connection)[2] == CONTENT
    assert connection.recv(1) == b""


def test_http_1_0_gets_all(start_request, request_for):
    connection = start_request(request_for().replace(b"HTTP/1.1", b"HTTP/1.0"))

    assert read_response(connection)[2] == CONTENT


def test_clients_that_do_not_read_take_neither_threads_nor_memory(server, start_request, request_for, response_to):
    (worker,) = map(psutil.Process, server.workers())
    read_response(start_request(request_for()))
    before = worker.memory_info().rss
    silent = [start_request(request_for()) for _ in range(READERS)]
    within(10, lambda: len(select.select(silent, [], [], 0)[0]) == READERS)

    began = time.monotonic()
    assert response_to(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")[0] == 200
    assert time.monotonic() - began < 2
    grown = (worker.memory_info().rss - before) / 1e6
    assert grown < MEGABYTES_ONCE + READERS * MEGABYTES_A_REQUEST / 5
    assert all(read_response(each)[2] == CONTENT for each in silent[:2])


def test_clients_that_disconnect_are_forgotten(server, start_request, request_for, response_to):
    (worker,) = map(psutil.Process, server.workers())
    for _ in range(READERS):
        connection = start_request(request_for())
        connection.recv(100_000)
        connection.close()

    def is_closed():
        return (
            sum(each.status == "ESTABLISHED" for each in worker.net_connections() if each.laddr.port == server.port)
            == 0
        )

    within(10, is_closed)
