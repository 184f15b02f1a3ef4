from types import SimpleNamespace

import pytest
from pymongo.errors import AutoReconnect, NetworkTimeout

from learnstream.stores import mongo

PRIMARY, SECONDARY = ("one", 27017), ("two", 27017)


@pytest.fixture
def fail(monkeypatch):
    """Let a command to the primary fail; returns whether the store is then left alone."""
    monkeypatch.setattr(mongo, "breaker", mongo.Breaker("mongodb"))

    def fail(command, error, *readable):
        servers = [SimpleNamespace(address=address, is_readable=True) for address in readable]
        monkeypatch.setattr(mongo, "_servers", lambda: servers)
        event = SimpleNamespace(command_name=command, connection_id=PRIMARY, failure={"errtype": error.__name__})
        mongo.CommandWatch().failed(event)
        return mongo.breaker.open

    return fail


@pytest.mark.parametrize("command", ["find", "update"])
@pytest.mark.parametrize("error", [NetworkTimeout, AutoReconnect])
def test_the_only_server_is_left_alone_when_it_fails(fail, command, error):
    assert fail(command, error, PRIMARY)


def test_a_server_that_hangs_is_left_alone_though_there_are_others(fail):
    assert fail("find", NetworkTimeout, PRIMARY, SECONDARY)


@pytest.mark.parametrize("command", ["find", "update"])
def test_the_driver_goes_on_with_another_server_when_a_connection_breaks(fail, command):
    assert not fail(command, AutoReconnect, PRIMARY, SECONDARY)


def test_a_write_that_waits_for_other_members_keeps_nobody_from_reading(fail):
    assert not fail("update", NetworkTimeout, PRIMARY, SECONDARY)
