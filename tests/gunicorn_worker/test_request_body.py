"""Request bodies over the wire: chunked, too long, truncated, or missing."""

import json
import select
import socket

import pytest

from learnstream.blueprints.accounts.examples import CREDENTIALS

MIB = 1024 * 1024


@pytest.fixture
def error_of(response_to):
    def error_of(request):
        status, body = response_to(request)
        return status, body["code"]

    return error_of


def head(*fields):
    lines = ["POST /auth/login HTTP/1.1", "Host: localhost", "Content-Type: application/json", *fields]
    return "\r\n".join([*lines, "", ""]).encode()


def in_chunks(data):
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)


def test_a_body_may_be_chunked(error_of):
    request = head("Transfer-Encoding: chunked") + in_chunks(json.dumps(CREDENTIALS).encode())

    assert error_of(request) == (401, "invalid_credentials")


@pytest.mark.parametrize("body", [b"{}" + b" " * MIB, b'{"email": "' + b"x" * MIB + b'"}'])
def test_chunks_beyond_the_limit_are_rejected(error_of, body):
    assert error_of(head("Transfer-Encoding: chunked") + in_chunks(body)) == (413, "body_too_large")


def test_a_content_length_beyond_the_limit_is_rejected_immediately(error_of):
    assert error_of(head(f"Content-Length: {MIB + 1}")) == (413, "body_too_large")


def test_invalid_chunks_are_rejected(error_of):
    assert error_of(head("Transfer-Encoding: chunked") + b"zz\r\n{}\r\n") == (400, "body_incomplete")


def test_a_truncated_body_is_rejected(start_request, error_of):
    connection = start_request(head("Content-Length: 1000") + json.dumps(CREDENTIALS).encode())
    connection.shutdown(socket.SHUT_WR)

    assert error_of(connection) == (400, "body_incomplete")


def test_silent_and_slow_clients_get_a_timeout(start_request, error_of):
    silent = [
        start_request(head("Content-Length: 100") + b"{"),
        start_request(b"GET /health HTTP/1.1\r\nHost:"),
        start_request(head("Transfer-Encoding: chunked")),
    ]
    slow = start_request(head("Content-Length: 100"))
    while not select.select([slow], [], [], 0.5)[0]:
        slow.sendall(b" ")

    assert [error_of(each) for each in [*silent, slow]] == [(408, "request_timeout")] * 4
