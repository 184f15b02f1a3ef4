"""Malicious clients against gunicorn: they occupy no thread and bypass no check."""

import json
import random
import socket
import time

import pytest
import requests

from tests.gunicorn_worker import mutants
from tests.gunicorn_worker.mutants import HEALTH, JSON
from tests.server import Server

REFRESH = b"POST /auth/refresh HTTP/1.1\r\n" + JSON
SIGN_IN = b"POST /auth/login HTTP/1.1\r\n" + JSON
BATCH = 250


def seconds_to_answer(response_to, request=HEALTH, status=200):
    """Return the fewest seconds of three answers: an occupied thread delays them all, a busy machine not."""
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        assert response_to(request)[0] == status
        seconds.append(time.monotonic() - began)
    return min(seconds)


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 0000000000100\r\n",
        b"Content-Length: 1000000\r\n",
        b"content-length:\t100 \r\n",
        b"Content-Length: 100\r\nExpect: 100-continue\r\n",
        b"Transfer-Encoding: chunked\r\n",
    ],
)
def test_bodies_that_never_arrive_occupy_no_thread(start_request, response_to, fields):
    for _ in range(20):
        start_request(REFRESH + fields + b"\r\n")

    assert seconds_to_answer(response_to) < 2.0
    body = b"{}" + b" " * 100_000
    long = REFRESH + b"Content-Length: %d\r\n\r\n" % len(body) + body
    assert seconds_to_answer(response_to, long, status=422) < 2.0


def test_a_body_over_the_limit_occupies_no_thread(start_request, response_to):
    refused = [start_request(REFRESH + b"Content-Length: 9999999999\r\n\r\n{") for _ in range(20)]

    assert seconds_to_answer(response_to) < 2.0
    assert {response_to(each)[0] for each in refused} == {413}


def test_a_client_that_expects_100_continue_gets_it(start_request, response_to):
    waiting = start_request(SIGN_IN + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert waiting.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"

    waiting.sendall(b"{}")

    assert response_to(waiting)[0] == 422


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(2, 8))])
def test_randomly_malformed_requests_occupy_no_thread_and_end_where_the_parser_says(
    server, start_request, response_to, seed
):
    chance = random.Random(seed)
    for _ in range(8):
        batch = [mutants.mutate(chance, chance.choice(mutants.COMPLETE_REQUESTS)) + HEALTH for _ in range(BATCH)]
        connections = [start_request(data) for data in batch]
        assert seconds_to_answer(response_to) < 2.0

        for data, connection in zip(batch, connections, strict=True):
            assert answers_to(connection) == mutants.expected_responses(data), data


def answers_to(connection):
    """Shut down writing, and return the number of responses."""
    with connection:
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return len(mutants.ANSWER.findall(received))


@pytest.mark.parametrize(
    "name", [b"SCRIPT_NAME", b"PATH_INFO", b"X-Forwarded-Prefix", b"REMOTE_USER", b"X-Script-Name"]
)
@pytest.mark.parametrize("value", [b"/zzz", b"//evil.example"])
def test_no_header_changes_the_applications_root(start_request, name, value):
    page = (
        start_request(b"GET /docs HTTP/1.1\r\nConnection: close\r\n%b: %b\r\n\r\n" % (name, value))
        .makefile("rb")
        .read()
    )

    assert page.startswith(b"HTTP/1.1 200 ")
    assert b"evil" not in page
    assert b"zzz" not in page


@pytest.mark.parametrize("scheme", [b"X-Forwarded-Proto: https", b"X-Forwarded-Ssl: on", b"X_Forwarded_Proto: https"])
def test_without_a_proxy_forwarded_headers_are_ignored(start_request, scheme):
    page = start_request(b"GET /health HTTP/1.1\r\nConnection: close\r\n%b\r\n\r\n" % scheme).makefile("rb").read()

    assert b"Strict-Transport-Security" not in page


def test_a_path_that_starts_with_two_slashes_is_rejected(response_to):
    assert response_to(b"POST //auth/login HTTP/1.1\r\n" + JSON + b"Content-Length: 2\r\n\r\n{}")[0] == 400


def test_a_redirect_does_not_use_the_host_header(start_request):
    request = b"GET /static//site.css?a=b HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"

    response = start_request(request).makefile("rb").read()

    assert response.startswith(b"HTTP/1.1 308 ")
    assert b"\r\nLocation: /static/site.css?a=b\r\n" in response


def test_malformed_requests_are_not_logged_verbatim(response_to, server):
    secret = b"Bearer.eyJhbGciOi"
    for line in (b"Authorization " + secret, b"Authorization : " + secret, b" " + secret, b"A: b\n" + secret):
        assert response_to(b"GET /health HTTP/1.1\r\nHost: a\r\n%b\r\n\r\n" % line)[0] == 400
    assert response_to(b"GET /%b\xff HTTP/1.1\r\n\r\n" % secret)[0] == 400

    lines = [json.loads(line)["message"] for line in server.log.read_text().splitlines()]

    assert [line for line in lines if "invalid request" in line]
    assert [line for line in lines if secret.decode() in line] == []


LARGE = b"GET /dashboard/chart.js HTTP/1.1\r\n" + mutants.HOST


def test_unread_responses_occupy_no_thread(server, response_to):
    clients = [slow_client(server) for _ in range(20)]
    for client in clients:
        client.sendall((LARGE + b"\r\n") * 5)

    for _ in range(5):
        assert seconds_to_answer(response_to) < 2.0
    for client in clients:
        client.close()


def test_a_slow_client_gets_complete_responses(server):
    whole = requests.get(f"{server.url}/dashboard/chart.js", timeout=10).content
    with slow_client(server) as client:
        client.sendall((LARGE + b"\r\n") * 2 + LARGE + b"Connection: close\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65536), b""))

    assert len(mutants.ANSWER.findall(received)) == received.count(whole) == 3


def test_silent_connections_do_not_block_clients(application, settings, tmp_path):
    few = settings | {"GUNICORN_CMD_ARGS": "--worker-connections 20"}
    with Server(few, tmp_path / "log") as server:
        address = "127.0.0.1", server.port
        used = requests.Session()
        assert used.get(f"{server.url}/health", timeout=2).ok
        silent = [socket.create_connection(address, timeout=2) for _ in range(60)]

        assert all(requests.get(f"{server.url}/health", timeout=2).ok for _ in range(5))
        assert used.get(f"{server.url}/health", timeout=2).ok
        assert silent[0].recv(1) == b""
        for client in silent:
            client.close()
        used.close()


def slow_client(server):
    """Connect with a small receive buffer."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(("127.0.0.1", server.port))
    return client
