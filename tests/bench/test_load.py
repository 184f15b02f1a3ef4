import shutil

import pytest

from bench import load
from devstack.errors import DevstackError

LINE = (
    'RESULT {"requests": 8000, "microseconds": 4000000, "bytes": 1000, "p50": 1500, "p99": 9000, "laps": 2, '
    '"errors": {"connect": 0, "read": 0, "write": 0, "timeout": 0, "status": 0}}'
)


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
    made = [load.request("PUT", "/good", headers={"X-Number": str(n)}, body=b"{%d}" % n) for n in range(40)]
    load.write(made, tmp_path / "requests")

    result = load.run(server.url, tmp_path / "requests", connections=4, seconds=1)

    asked = server.asked
    assert {number for _, number, _ in asked} == {str(n) for n in range(40)}
    assert all(body == b"{%s}" % number.encode() for _, number, body in asked)
    for thread in (0, 1):
        times = [sum(int(number) == own for _, number, _ in asked) for own in range(thread, 40, 2)]
        # The first request is read by wrk itself, and the last ones may be cut off.
        assert max(times) - min(times) <= 2, "a request was sent again before all of its thread's were"
    assert result.fault is None
    assert result.laps >= 1


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_answers_that_are_errors_are_counted(server, tmp_path):
    load.write([load.request("PUT", "/bad", headers={"X-Number": "1"})], tmp_path / "requests")

    assert "status" in load.run(server.url, tmp_path / "requests", connections=1, seconds=1).fault


def test_each_request_is_sent_once_and_its_answer_counted(server):
    made = [load.request("PUT", path, headers={"X-Number": str(n)}) for n in range(30) for path in ("/good", "/bad")]

    assert load.send_each(server.url, made, connections=4) == {200: 30, 500: 30}

    assert sorted(int(number) for _, number, _ in server.asked) == sorted([*range(30), *range(30)])
