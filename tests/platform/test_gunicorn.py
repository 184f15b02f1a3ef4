"""What the server in front of the application refuses by itself, what it logs, and whom it lets wait."""

import json
import re
import select

import pytest

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
SIGN_IN = (
    b"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"
)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /health?" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /health HTTP/1.1\r\nX-Long: " + b"x" * 9000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_http_is_a_problem_too(answer_to, request_, status):
    found, body = answer_to(request_)

    assert (found, body["status"]) == (status, status)
    assert re.fullmatch("[0-9a-f]{16}", body["request_id"])


def test_the_catalogue_takes_long_filters(answer_to):
    request = b"GET /courses?q=" + b"%F0%9F%8C%8D" * 200 + b"&subject=" + b"%41" * 80 + b" HTTP/1.1\r\n\r\n"

    assert answer_to(request) == (200, [])


def test_every_line_of_the_log_is_json(answer_to, server):
    answer_to(b"GET /\xff HTTP/1.1\r\n\r\n")

    lines = [json.loads(line) for line in server.log.read_text().splitlines()]

    assert all(line.keys() >= {"time", "level", "logger", "message"} for line in lines)
    assert any("Starting gunicorn" in line["message"] for line in lines)
    assert any("invalid request" in line["message"] for line in lines)


@pytest.fixture
def many(app, begin, answer_to):
    """More connections than there are threads; `used` ones have been served something before."""

    def many(*, used):
        connections = [begin(HEALTH if used else b"") for _ in range(2 * app.config["WEB_THREADS"])]
        assert not used or {answer_to(each)[0] for each in connections} == {200}
        return connections

    return many


@pytest.mark.parametrize("used", [False, True])
def test_however_many_sign_in_there_is_a_thread_for_others(many, answer_to, used):
    signing_in = many(used=used)
    for each in signing_in:
        each.sendall(SIGN_IN)

    assert answer_to(HEALTH)[0] == 200
    assert select.select(signing_in, [], [], 0)[0] == [], "somebody had to give up first"

    for each in signing_in:
        each.sendall(b"}")
    assert [answer_to(each)[0] for each in signing_in] == [422] * len(signing_in)
