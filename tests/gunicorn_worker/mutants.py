"""Randomly malformed requests, and the number of responses that they get according to gunicorn's own parser."""

import re

from gunicorn.config import Config
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.parser import RequestParser

HOST = b"Host: localhost\r\n"
JSON = HOST + b"Content-Type: application/json\r\n"
HEALTH = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
COMPLETE_REQUESTS = [
    HEALTH,
    b"POST /auth/refresh HTTP/1.1\r\n" + JSON + b"Content-Length: 2\r\n\r\n{}",
    b"POST /auth/login HTTP/1.1\r\n" + JSON + b"Content-Length: 0000000000002\r\n\r\n{}",
    b"POST /auth/refresh HTTP/1.1\r\n"
    + JSON
    + b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-A: b\r\n\r\n",
    b"PATCH /users/me HTTP/1.1\r\n" + JSON + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    b"GET /courses?q=a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
]
FRAGMENTS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b" ",
        b"\t",
        b":",
        b"0",
        b"00000000000",
        b"9999999999",
        b"-",
        b"+",
        b"\xb2",
        b"\xff",
    ),
    *(
        b"//",
        b"HTTP://a",
        b"%2F",
        b";",
        b",",
        b"chunked",
        b"ffffffff",
        b"\r\n\r\n",
        b"0\r\n\r\n",
        b"1\r\n",
        b" HTTP/1.1",
    ),
    b"Content-Length: 5\r\n",
    b"Content-Length: 9999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"SCRIPT_NAME: /zzz\r\n",
    b"Connection: close\r\n",
    b"X: " + b"y" * 9000 + b"\r\n",
]
ANSWER = re.compile(rb"HTTP/1\.[01] (?!100)\d{3} ")


def mutate(random, request):
    """Return a request with up to three random changes."""
    changed = bytearray(request)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(changed))
        until = min(len(changed), at + random.randint(0, 20))
        match random.randrange(5):
            case 0:
                changed[at] = random.randrange(256)
            case 1:
                del changed[at:until]
            case 2:
                changed[at:at] = changed[at:until]
            case 3:
                changed[at:until] = random.choice(FRAGMENTS)
            case _:
                changed[at:at] = random.choice(FRAGMENTS)
        changed = changed or bytearray(b"G")
    return bytes(changed)


def expected_responses(data):
    """Return how many responses a client gets that sends this and disconnects: one per request, one for the rest."""
    requests = RequestParser(Config(), iter([data]), ("127.0.0.1", 1))
    number = 0
    try:
        for request in requests:
            number += 1
            is_cut_off = len(request.body.read()) < content_length(request)
            if is_cut_off or request.should_close():
                break
    except (NoMoreData, ParseException):
        number += requests.mesg is None or requests.req_count > number
    return number


def content_length(request):
    return int(dict(request.headers).get("CONTENT-LENGTH", 0))
