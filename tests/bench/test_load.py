import shutil

import pytest

from bench import load
from devstack.errors import DevstackError

LINE = (
    'RESULT {"requests": 8000, "microseconds": 4000000, "bytes": 1000, "p50": 1500, "p99": 9000, "laps": 2, '
    '"errors": {"connect": 0, "read": 0, "write": 0, "timeout": 0, "status": 0}}'
)


def test_a_result_has_a_rate_and_latencies_in_milliseconds():
    result = load.read(f"Running 4s test\n{LINE}\n")

    assert (result.rate, result.p50, result.p99, result.laps) == (2000.0, 1.5, 9.0, 2)
    assert result.fault is None


def test_error_responses_void_a_run():
    assert load.read(LINE.replace('"status": 0', '"status": 12')).fault == "12 status errors"


def test_a_run_without_responses_is_void():
    assert load.read(LINE.replace("8000", "0")).fault == "no answer"


def test_a_wrk_failure_is_reported_with_its_error_output():
    with pytest.raises(DevstackError, match="unable to connect"):
        load.read("", "unable to connect to localhost")


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_every_written_request_is_sent_once_before_any_is_repeated(server, tmp_path):
    requests = [load.request("PUT", "/good", headers={"X-Number": str(n)}, body=b"{%d}" % n) for n in range(40)]
    load.write(requests, tmp_path / "requests")

    result = load.run(server.url, tmp_path / "requests", connections=4, seconds=1)

    received = server.received
    assert {number for _, number, _ in received} == {str(n) for n in range(40)}
    assert all(body == b"{%s}" % number.encode() for _, number, body in received)
    for thread in (0, 1):
        times = [sum(int(number) == own for _, number, _ in received) for own in range(thread, 40, 2)]
        # The first request is read by wrk itself, and the last ones may be cut off.
        assert max(times) - min(times) <= 2, "a request was sent again before all of its thread's were"
    assert result.fault is None
    assert result.laps >= 1


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_error_responses_are_counted(server, tmp_path):
    load.write([load.request("PUT", "/bad", headers={"X-Number": "1"})], tmp_path / "requests")

    assert "status" in load.run(server.url, tmp_path / "requests", connections=1, seconds=1).fault


def test_each_request_is_sent_once_and_its_status_counted(server):
    requests = [
        load.request("PUT", path, headers={"X-Number": str(n)}) for n in range(30) for path in ("/good", "/bad")
    ]

    assert load.send_each(server.url, requests, connections=4) == {200: 30, 500: 30}

    assert sorted(int(number) for _, number, _ in server.received) == sorted([*range(30), *range(30)])
