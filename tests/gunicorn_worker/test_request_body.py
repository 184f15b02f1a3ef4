"""Bodies as clients send them over the wire: in chunks, too long, cut off, or never."""

import json
import select
import socket

import pytest

from learnstream.blueprints.accounts.auth import CREDENTIALS

MIB = 1024 * 1024


@pytest.fixture
def refusal_of(answer_to):
    def refusal_of(request):
        status, body = answer_to(request)
        return status, body["code"]

    return refusal_of


def head(*fields):
    lines = ["POST /auth/login HTTP/1.1", "Host: localhost", "Content-Type: application/json", *fields]
    return "\r\n".join([*lines, "", ""]).encode()


def in_chunks(data):
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)


def test_a_body_may_come_in_chunks(refusal_of):
    request = head("Transfer-Encoding: chunked") + in_chunks(json.dumps(CREDENTIALS).encode())

    assert refusal_of(request) == (401, "invalid_credentials")


@pytest.mark.parametrize("body", [b"{}" + b" " * MIB, b'{"email": "' + b"x" * MIB + b'"}'])
def test_chunks_beyond_the_limit_are_refused(refusal_of, body):
    assert refusal_of(head("Transfer-Encoding: chunked") + in_chunks(body)) == (413, "body_too_large")


def test_an_announced_length_beyond_the_limit_is_refused_at_once(refusal_of):
    assert refusal_of(head(f"Content-Length: {MIB + 1}")) == (413, "body_too_large")


def test_chunks_that_make_no_sense_are_refused(refusal_of):
    assert refusal_of(head("Transfer-Encoding: chunked") + b"zz\r\n{}\r\n") == (400, "body_incomplete")


def test_what_was_cut_off_is_not_taken_for_the_whole(begin, refusal_of):
    connection = begin(head("Content-Length: 1000") + json.dumps(CREDENTIALS).encode())
    connection.shutdown(socket.SHUT_WR)

    assert refusal_of(connection) == (400, "body_incomplete")


def test_nobody_waits_for_ever_for_a_silent_client(begin, refusal_of):
    waited_for = [
        begin(head("Content-Length: 100") + b"{"),
        begin(b"GET /health HTTP/1.1\r\nHost:"),
        begin(head("Transfer-Encoding: chunked")),
    ]
    slow = begin(head("Content-Length: 100"))
    while not select.select([slow], [], [], 0.5)[0]:
        slow.sendall(b" ")

    assert [refusal_of(each) for each in [*waited_for, slow]] == [(408, "request_timeout")] * 4
