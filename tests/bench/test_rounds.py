"""Before a measurement, the application has been asked for everything that the measured requests are about."""

import shutil
from collections import Counter
from itertools import count
from types import SimpleNamespace

import pytest

from bench import load
from bench.rounds import WARM_UP_REPEATS, Runner
from bench.scenarios import Scenario
from devstack.errors import DevstackError

PLACES = 60


@pytest.fixture
def runner(server, tmp_path):
    """A runner that sends its requests to the recording server."""

    def write_requests(name, requests):
        load.write(requests, tmp_path / name)
        return tmp_path / name

    testbed = SimpleNamespace(
        application=server, write_requests=write_requests, programs=SimpleNamespace(check=lambda: None)
    )
    return Runner(testbed, seconds=1)


def scenario(path="/good", *, once=False):
    numbers = count() if once else range(PLACES)

    def requests():
        return (load.request("PUT", path, headers={"X-Number": str(number)}) for number in numbers)

    return Scenario("PUT", "upsert", 0.3, requests, PLACES, once=once)


def test_requests_sent_once_are_warmed_up_by_similar_requests(runner, server):
    counted = runner.warm(scenario(once=True))

    sent = [int(number) for _, number, _ in server.received]
    assert Counter(number % PLACES for number in sent) == dict.fromkeys(range(PLACES), WARM_UP_REPEATS)
    assert b"X-Number: %d\r" % max(sent) not in counted.read_bytes()
    assert b"X-Number: %d\r" % (max(sent) + 1) in counted.read_bytes()


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_repeatable_requests_are_warmed_up_by_themselves(runner, server):
    runner.warm(scenario())

    assert min(Counter(int(number) for _, number, _ in server.received).values()) >= WARM_UP_REPEATS
    assert len({number for _, number, _ in server.received}) == PLACES


def test_an_unexpected_status_fails_the_warm_up(runner):
    with pytest.raises(DevstackError, match=f"{{500: {PLACES * WARM_UP_REPEATS}}}"):
        runner.warm(scenario("/bad"))
