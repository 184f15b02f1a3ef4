"""What the server in front of the application refuses by itself, and what it logs."""

import json
import re

import pytest


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
