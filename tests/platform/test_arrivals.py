"""How much of a request has come, told from its bytes."""

import pytest

from server.arrivals import LONGEST_BODY, LONGEST_HEAD, Arrival, judge


def request(*fields, body=b""):
    return b"\r\n".join([b"POST / HTTP/1.1", *fields, b"", b""]) + body


@pytest.mark.parametrize(
    ("data", "arrival"),
    [
        (b"", Arrival.PART),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", Arrival.PART),
        (b"x" * LONGEST_HEAD, Arrival.PART),
        (b"x" * (LONGEST_HEAD + 1), Arrival.LONG),
        (request(b"Host: a"), Arrival.WHOLE),
        (request(b"Content-Length: 3", body=b"ab"), Arrival.PART),
        (request(b"content-length:3", body=b"abc"), Arrival.WHOLE),
        (request(b"Content-Length: 3", b"Host: a", body=b"abcGET"), Arrival.WHOLE),
        (request(b"Content-Length: %d" % LONGEST_BODY), Arrival.PART),
        (request(b"Content-Length: %d" % (LONGEST_BODY + 1)), Arrival.LONG),
        (request(b"Content-Length: %d" % (LONGEST_BODY + 1), body=b"x" * (LONGEST_BODY + 1)), Arrival.WHOLE),
        (request(b"Transfer-Encoding: chunked"), Arrival.LONG),
        (request(b"Content-Length: 3", b"EXPECT: 100-continue"), Arrival.LONG),
        (request(b"X-Expect: no", b"X-Content-Length: 3"), Arrival.WHOLE),
    ],
)
def test_a_thread_is_given_when_it_need_not_wait_or_when_the_rest_may_be_long(data, arrival):
    assert judge(data) is arrival


@pytest.mark.parametrize("length", [b"-1", b"three", b"9" * 5000, b"3, 3", b""])
def test_a_length_that_makes_no_sense_is_for_the_server_to_refuse(length):
    assert judge(request(b"Content-Length: " + length)) is Arrival.WHOLE
