"""gunicorn with the worker class: requests that it rejects itself, its log, and slow clients."""

import gc
import json
import re
import runpy
import select
import time

import pytest
import sqlalchemy as sa

from devstack.bootstrap import ROOT
from learnstream.models import User
from learnstream.stores.sql import db
from tests.factories import PASSWORD
from tests.gunicorn_worker.conftest import NO_LONGER_THAN

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
MAX_QUEUE = 200
LAST = HEALTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
TO_SIGN_IN = b"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SIGN_IN = TO_SIGN_IN + b"Content-Length: 2\r\n\r\n{"
REFRESH = SIGN_IN.replace(b"login", b"refresh")
IN_CHUNKS, LAST_CHUNK = TO_SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", b"1\r\n}\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /health?" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /health HTTP/1.1\r\nX-Long: " + b"x" * 9000 + b"\r\n\r\n", 431),
    ],
)
def test_malformed_http_is_a_problem_response(response_to, request_, status):
    found, body = response_to(request_)

    assert (found, body["status"], body["retry"]) == (status, status, "never")
    assert re.fullmatch("[0-9a-f]{16}", body["request_id"])


def test_the_catalogue_accepts_long_filters(response_to):
    request = b"GET /courses?q=" + b"%F0%9F%8C%8D" * 200 + b"&subject=" + b"%41" * 80 + b" HTTP/1.1\r\n\r\n"

    assert response_to(request) == (200, [])


def test_every_line_of_the_log_is_json(response_to, server):
    response_to(b"GET /\xff HTTP/1.1\r\n\r\n")

    lines = [json.loads(line) for line in server.log.read_text().splitlines()]

    assert all(line.keys() >= {"time", "level", "logger", "message"} for line in lines)
    assert any("Starting gunicorn" in line["message"] for line in lines)
    assert any("invalid request" in line["message"] for line in lines)


def test_the_application_is_excluded_from_garbage_collection_which_is_rare():
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    usual = gc.get_threshold()
    assert gc.get_freeze_count() == 0

    settings["tune_garbage_collection"]()
    frozen, threshold = gc.get_freeze_count(), gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(*usual)

    assert frozen > 100_000
    assert threshold[0] == settings["NEW_OBJECTS"] > usual[0]


@pytest.mark.parametrize(
    "request_start", [b"", b"GET /health HT", SIGN_IN, REFRESH], ids=["silent", "head", "body", "token"]
)
def test_slow_clients_do_not_delay_others(start_request, response_to, request_start):
    slow = [start_request(request_start) for _ in range(60)]

    began = time.monotonic()
    assert response_to(HEALTH)[0] == 200
    assert time.monotonic() - began < 2.0
    assert select.select(slow, [], [], 0)[0] == []


@pytest.mark.parametrize("used", [False, True])
def test_slow_uploads_leave_threads_for_others_and_for_sign_ins(app, start_request, response_to, used):
    slow = [start_request(HEALTH if used else b"") for _ in range(2 * app.config["WEB_THREADS"])]
    assert not used or {response_to(each)[0] for each in slow} == {200}
    for each in slow:
        each.sendall(IN_CHUNKS)

    assert response_to(HEALTH)[0] == 200
    assert response_to(SIGN_IN + b"}")[0] == 422
    assert select.select(slow, [], [], 0)[0] == [], "a slow client was rejected"

    for each in slow:
        each.sendall(LAST_CHUNK)
    assert [response_to(each)[0] for each in slow] == [422] * len(slow)


def test_pipelined_requests_are_answered_in_order(start_request):
    connection = start_request(HEALTH + HEALTH + b"GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert re.findall(rb"^HTTP/1.1 (\d+)", connection.makefile("rb").read(), re.M) == [b"200", b"200", b"404"]


def test_clients_that_do_not_disconnect_do_not_delay_others(start_request, response_to):
    lingering = [start_request(LAST) for _ in range(10)]
    assert {response_to(each)[0] for each in lingering} == {200}

    began = time.monotonic()
    assert response_to(HEALTH)[0] == 200
    assert time.monotonic() - began < 2.0


def send_on(connection, what, *, pause):
    """Send something repeatedly."""
    for _ in range(int(NO_LONGER_THAN / 0.1)):
        connection.sendall(what)
        time.sleep(pause)


def test_a_client_that_does_not_disconnect_is_disconnected(start_request, response_to):
    lingering = start_request(LAST)
    response_to(lingering)
    assert lingering.recv(1) == b""

    with pytest.raises(ConnectionError):
        send_on(lingering, b"one more thing", pause=0.1)


def test_a_client_that_keeps_sending_is_disconnected_sooner(start_request, response_to):
    sending = start_request(LAST)
    response_to(sending)

    began = time.monotonic()
    with pytest.raises(ConnectionError):
        send_on(sending, b"one more thing" * 5000, pause=0.01)
    assert time.monotonic() - began < 1.0


@pytest.fixture
def sign_in(stranger):
    """A valid sign-in, which waits for a lock on the account."""
    body = json.dumps({"email": stranger.email, "password": PASSWORD}).encode()
    return TO_SIGN_IN + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_a_full_queue_rejects_further_requests(app, stranger, sign_in, start_request, response_to):
    capacity = (app.config["WEB_THREADS"] - 1) // 2 + MAX_QUEUE
    with db.engine.begin() as holder:
        holder.execute(sa.select(User.id).where(User.id == stranger.id).with_for_update())
        waiting = [start_request(sign_in) for _ in range(capacity + 5)]
        deadline, refused = time.monotonic() + NO_LONGER_THAN / 2, []
        while len(refused) < 5 and time.monotonic() < deadline:
            refused = select.select(waiting, [], [], 0.1)[0]

    assert [(status, body["code"]) for status, body in map(response_to, refused)] == [(503, "busy")] * 5
    assert [response_to(each)[0] for each in waiting if each not in refused] == [200] * capacity
