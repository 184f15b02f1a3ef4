"""Uploads of files over the wire: chunked, cut, of another size, without permission, at the same time."""

import json
import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.file import FileState
from learnstream.errors.file_storage import Missing
from learnstream.integrations import files
from tests.files import make_file

SIZE = 3 * 1024 * 1024 + 1
CONTENT = os.urandom(SIZE)


class Upload:
    """A file whose bytes are to be uploaded, and what is stored of them."""

    def __init__(self, owner, *, size=SIZE, valid_for=timedelta(hours=1)):
        self.name = f"staging/{make_file(owner, state=FileState.UPLOADING)['_id']}"
        self.store = files.service()
        target = self.store.upload_target(self.name, size=size, content_type=None, expires_at=now() + valid_for)
        self.url = target.url

    def head(self, *fields):
        return "\r\n".join([f"PUT {self.url} HTTP/1.1", "Host: localhost", *fields, "", ""]).encode()

    def stored(self):
        try:
            return b"".join(self.store.open(self.name))
        except Missing:
            return None


@pytest.fixture
def upload(app, owner):
    return Upload(owner)


def status_of(connection):
    """Return the status of a response, and its code if it is an error."""
    received = b""
    while not (head := re.search(rb"^HTTP/1.1 (\d+)[^\r]*\r\n.*?\r\n\r\n", received, re.S)):
        data = connection.recv(65536)
        assert data, f"no response, but {received!r}"
        received += data
    if head[1] == b"204":
        return 204, None
    length = int(re.search(rb"content-length: (\d+)", head[0], re.I)[1])
    while len(received) < head.end() + length:
        received += connection.recv(65536)
    return int(head[1]), json.loads(received[head.end() :])["code"]


def in_chunks(content, size=70_000):
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_a_long_body_is_stored(start_request, upload):
    connection = start_request(upload.head(f"Content-Length: {SIZE}") + CONTENT)

    assert status_of(connection) == (204, None)
    assert upload.stored() == CONTENT


def test_a_long_body_may_be_chunked(start_request, upload):
    connection = start_request(upload.head("Transfer-Encoding: chunked") + in_chunks(CONTENT))

    assert status_of(connection) == (204, None)
    assert upload.stored() == CONTENT


def test_a_client_may_wait_for_permission(start_request, upload):
    connection = start_request(upload.head(f"Content-Length: {SIZE}", "Expect: 100-continue"))
    assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(CONTENT)

    assert status_of(connection) == (204, None)


def test_the_connection_serves_further_requests(start_request, upload):
    request = upload.head(f"Content-Length: {SIZE}") + CONTENT
    connection = start_request(request)
    assert status_of(connection) == (204, None)
    connection.sendall(request)

    assert status_of(connection) == (204, None)


@pytest.mark.parametrize("length", [SIZE - 1, SIZE + 1, 0, 10**12])
def test_a_length_that_differs_from_the_file_is_rejected(start_request, upload, length):
    connection = start_request(upload.head(f"Content-Length: {length}") + CONTENT[: min(length, SIZE - 1)])

    assert status_of(connection) == (422, "file_size_mismatch")
    assert upload.stored() is None


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (CONTENT[:-1], (422, "file_size_mismatch")),
        (CONTENT + b"x", (413, "body_too_large")),
        (b"", (422, "file_size_mismatch")),
    ],
)
def test_chunks_that_differ_from_the_file_are_rejected(start_request, upload, content, error):
    connection = start_request(upload.head("Transfer-Encoding: chunked") + in_chunks(content))

    assert status_of(connection) == error
    assert upload.stored() is None


@pytest.mark.parametrize(
    ("field", "content"),
    [(f"Content-Length: {SIZE}", CONTENT[:-1]), ("Transfer-Encoding: chunked", in_chunks(CONTENT)[:-5])],
)
def test_nothing_is_stored_of_an_upload_that_is_cut(start_request, upload, field, content):
    connection = start_request(upload.head(field) + content)
    connection.shutdown(socket.SHUT_WR)

    assert status_of(connection) == (400, "body_incomplete")
    assert upload.stored() is None


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_only_valid_urls_accept_long_bodies(start_request, app, owner, method):
    expired = Upload(owner, valid_for=timedelta(seconds=-1))
    head = expired.head(f"Content-Length: {SIZE}").replace(b"PUT", method.encode())

    # Rejected at once, without waiting for the body.
    assert status_of(start_request(head)) == (
        (403, "upload_url_expired") if method == "PUT" else (405, "method_not_allowed")
    )


def test_of_two_uploads_at_once_one_is_stored(start_request, upload):
    contents = [os.urandom(SIZE) for _ in range(4)]

    def send(content):
        return status_of(start_request(upload.head(f"Content-Length: {SIZE}") + content))

    with ThreadPoolExecutor(4) as clients:
        assert list(clients.map(send, contents)) == [(204, None)] * 4
    assert upload.stored() in contents
