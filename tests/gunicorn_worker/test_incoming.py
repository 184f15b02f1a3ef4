"""Incremental parsing of requests: when one is complete, its contents, and where the next one begins."""

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import NoMoreData, ParseException

from server.incoming import BODY_SECONDS, BYTES_A_SECOND, HEAD_SECONDS, LONGEST_HEAD, Incoming

LONGEST_BODY = 100_000


def request(*fields, body=b""):
    return b"\r\n".join([b"POST /a HTTP/1.1", *fields, b"", b""]) + body


class Limits:
    longest_body = LONGEST_BODY

    @staticmethod
    def longest_body_of(method, path):
        return 2 * LONGEST_BODY if (method, path) == ("PUT", "/long body") else LONGEST_BODY


@pytest.fixture
def incoming():
    incoming = Incoming(Config(), ("203.0.113.7", 1), limits=Limits)
    yield incoming
    incoming.close()


@pytest.fixture
def feed(incoming):
    def feed(data):
        incoming.feed(data)
        return incoming.advance()

    return feed


def chunked(*chunks, trailers=b""):
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks,))
    return request(b"Transfer-Encoding: chunked", body=body + b"0\r\n" + trailers + b"\r\n")


@pytest.mark.parametrize(
    ("data", "is_complete"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"\r\nGET / HTTP/1.1\r\n\r\n", True),
        (b"x" * LONGEST_HEAD, False),
        (request(b"Host: a"), True),
        (request(b"Content-Length: 3", body=b"ab"), False),
        (request(b"Content-Length: 0000000000003", body=b"ab"), False),
        (request(b"content-length:3", body=b"abc"), True),
        (request(b"Content-Length: %d" % LONGEST_BODY, body=b"x" * (LONGEST_BODY - 1)), False),
        (request(b"Content-Length: %d" % LONGEST_BODY, body=b"x" * LONGEST_BODY), True),
        (request(b"X-Content-Length: 3"), True),
        (chunked(b"abc"), True),
        (chunked(b"abc")[:-2], False),
        (chunked(b"abc", trailers=b"X-Sum: 1\r\n"), True),
        (chunked(b"abc", trailers=b"X-Sum: 1\r\n")[:-2], False),
    ],
)
def test_a_request_is_complete_when_its_last_byte_has_arrived(feed, data, is_complete):
    assert feed(data) is is_complete


@pytest.mark.parametrize("length", [b"9999999999", b"%d" % (LONGEST_BODY + 1)])
def test_a_body_over_the_limit_is_not_waited_for(incoming, feed, length):
    assert feed(request(b"Content-Length: " + length, body=b"abc"))
    assert not incoming.finish_body()
    with pytest.raises(NoMoreData):
        incoming.mesg.body.read(1)


def test_chunks_are_received_up_to_the_limit(incoming, feed):
    assert feed(request(b"Transfer-Encoding: chunked", body=b"FFFFFF\r\n" + b"x" * LONGEST_BODY)) is False
    assert feed(b"x")
    assert len(incoming.mesg.body.read(LONGEST_BODY + 1)) == LONGEST_BODY + 1


@pytest.mark.parametrize("field", [b"Content-Length: %d" % (2 * LONGEST_BODY), b"Transfer-Encoding: chunked"])
def test_a_route_may_have_a_limit_of_its_own(incoming, feed, field):
    head = request(field).replace(b"POST /a", b"PUT /long%20body")
    body = b"x" * 2 * LONGEST_BODY

    assert feed(head) is False
    assert feed(body if b"Length" in field else b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
    assert incoming.mesg.body.read() == body


def test_a_longer_body_than_its_route_allows_is_not_waited_for(feed):
    head = request(b"Content-Length: %d" % (2 * LONGEST_BODY + 1)).replace(b"POST /a", b"PUT /long%20body")

    assert feed(head)


@pytest.mark.parametrize(
    "data",
    [
        *(
            request(b"Content-Length: " + length)
            for length in [b"-1", b"+1", b"three", b"9" * 5000, b"3, 3", b"", b"\xb2"]
        ),
        request(b"Content-Length: 3", b"Content-Length: 3"),
        request(b"Content-Length: 3", b"Transfer-Encoding: chunked"),
        request(b"Transfer-Encoding: gzip"),
        request(b"Transfer-Encoding: chunked, chunked"),
        request(b"Content-Length 3"),
        request(b"Content-Length : 3"),
        request(b"Transfer-Encoding: chunked", body=b"zz\r\n"),
        request(b"Transfer-Encoding: chunked", body=b"1\r\nab\r\n"),
        request(b"Transfer-Encoding: chunked", body=b"0" * 9000),
        b"GET / HTTP/1.1\nHost: a",
        b"\n",
        b"\r\n\r\n",
        b"x" * (LONGEST_HEAD + 1),
    ],
)
def test_malformed_http_raises(feed, data):
    with pytest.raises(ParseException):
        feed(data)


@pytest.mark.parametrize(
    "first",
    [request(), request(b"Content-Length: 3", body=b"abc"), chunked(b"abc", trailers=b"X-Sum: 1\r\n"), chunked(b"abc")],
)
def test_parsing_does_not_depend_on_how_the_data_is_split(incoming, first):
    following = b"GET /next HTTP/1.1\r\n\r\n"
    seen = []
    for parts in ([first + following], [bytes([byte]) for byte in first + following]):
        for part in parts:
            incoming.feed(part)
            while incoming.advance():
                request = incoming.mesg
                seen.append((request.method, request.path, request.headers, request.body.read()))
                incoming.expect_next()

    assert seen[:2] == seen[2:]
    assert seen[1][:2] == ("GET", "/next")
    assert not incoming.data


def test_the_deadline_of_a_body_grows_with_its_received_bytes(incoming, feed):
    assert incoming.deadline is None

    feed(b"POST /a HTTP/1.1\r\n")
    head = incoming.deadline
    feed(b"Content-Length: 64000\r\n")
    assert incoming.deadline == head

    feed(b"\r\n")
    body = incoming.deadline
    feed(b"x" * 32_000)

    assert head - incoming._began < HEAD_SECONDS < BODY_SECONDS
    assert incoming.deadline - body == pytest.approx(32_000 / BYTES_A_SECOND)


def test_a_head_is_searched_once(incoming, feed):
    feed(b"GET / HTTP/1.1\r\nX: " + b"x" * 15_000)

    assert incoming._scanned >= 15_000
