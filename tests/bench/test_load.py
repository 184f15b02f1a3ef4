import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench import load
from devstack.errors import DevstackError

LINE = (
    'RESULT {"requests": 8000, "microseconds": 4000000, "bytes": 1000, "p50": 1500, "p99": 9000, "laps": 2, '
    '"errors": {"connect": 0, "read": 0, "write": 0, "timeout": 0, "status": 0}}'
)


@pytest.fixture
def server():
    """Answers /good with 200 and everything else with 500, and keeps what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        asked: list[tuple[str, str, bytes]] = []

        def do_PUT(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.asked.append((self.path, self.headers["X-Number"], body))
            self.send_response(200 if self.path == "/good" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_result_has_rate_and_milliseconds():
    result = load.read(f"Running 4s test\n{LINE}\n")

    assert (result.rate, result.p50, result.p99, result.laps) == (2000.0, 1.5, 9.0, 2)
    assert result.fault is None


def test_refusals_make_a_run_void():
    assert load.read(LINE.replace('"status": 0', '"status": 12')).fault == "12 status errors"


def test_a_run_without_any_answer_is_void():
    assert load.read(LINE.replace("8000", "0")).fault == "no answer"


def test_a_wrk_that_failed_is_reported_in_its_words():
    with pytest.raises(DevstackError, match="unable to connect"):
        load.read("", "unable to connect to localhost")


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_written_requests_are_sent_as_they_are_each_once_before_any_twice(server, tmp_path):
    running, url = server
    made = [load.request("PUT", "/good", headers={"X-Number": str(n)}, body=b"{%d}" % n) for n in range(40)]
    load.write(made, tmp_path / "requests")

    result = load.run(url, tmp_path / "requests", connections=4, seconds=1)

    asked = running.RequestHandlerClass.asked
    assert {number for _, number, _ in asked} == {str(n) for n in range(40)}
    assert all(body == b"{%s}" % number.encode() for _, number, body in asked)
    for thread in (0, 1):
        times = [sum(int(number) == own for _, number, _ in asked) for own in range(thread, 40, 2)]
        # The very first is taken by wrk itself, and the last ones may be cut off.
        assert max(times) - min(times) <= 2, "a request was sent again before all of its thread's were"
    assert result.fault is None
    assert result.laps >= 1


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_answers_that_are_errors_are_counted(server, tmp_path):
    load.write([load.request("PUT", "/bad", headers={"X-Number": "1"})], tmp_path / "requests")

    assert "status" in load.run(server[1], tmp_path / "requests", connections=1, seconds=1).fault
