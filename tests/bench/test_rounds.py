"""Before a measurement, the application has been asked for everything that the measured requests are about."""

import shutil
from collections import Counter
from itertools import count
from types import SimpleNamespace

import pytest

from bench import load
from bench.rounds import TIMES, Runner
from bench.scenarios import Scenario
from devstack.errors import DevstackError

PLACES = 60


@pytest.fixture
def runner(server, tmp_path):
    """A runner that sends its requests to the recording server."""

    def keep(name, requests):
        load.write(requests, tmp_path / name)
        return tmp_path / name

    stage = SimpleNamespace(application=server, keep=keep, programs=SimpleNamespace(check=lambda: None))
    return Runner(stage, seconds=1)


def scenario(path="/good", *, once=False):
    numbers = count() if once else range(PLACES)

    def requests():
        return (load.request("PUT", path, headers={"X-Number": str(number)}) for number in numbers)

    return Scenario("PUT", "upsert", 0.3, requests, PLACES, once=once)


def test_what_counts_once_is_warmed_by_others_about_the_same(runner, server):
    counted = runner.warm(scenario(once=True))

    sent = [int(number) for _, number, _ in server.asked]
    assert Counter(number % PLACES for number in sent) == dict.fromkeys(range(PLACES), TIMES)
    assert b"X-Number: %d\r" % max(sent) not in counted.read_bytes()
    assert b"X-Number: %d\r" % (max(sent) + 1) in counted.read_bytes()


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_what_counts_again_and_again_is_warmed_by_itself(runner, server):
    runner.warm(scenario())

    assert min(Counter(int(number) for _, number, _ in server.asked).values()) >= TIMES
    assert len({number for _, number, _ in server.asked}) == PLACES


def test_what_is_not_answered_as_it_should_be_warms_nothing(runner):
    with pytest.raises(DevstackError, match=f"{{500: {PLACES * TIMES}}}"):
        runner.warm(scenario("/bad"))
