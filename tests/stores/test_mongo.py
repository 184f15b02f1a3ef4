from types import SimpleNamespace

import pytest
from pymongo.errors import AutoReconnect, NetworkTimeout

from learnstream.stores import mongo

PRIMARY, SECONDARY = ("one", 27017), ("two", 27017)


@pytest.fixture
def fail(monkeypatch):
    """Let a command to the primary fail; return whether the breaker is open afterwards."""
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
def test_a_failure_of_the_only_server_opens_the_breaker(fail, command, error):
    assert fail(command, error, PRIMARY)


def test_a_hanging_server_opens_the_breaker_even_if_there_are_others(fail):
    assert fail("find", NetworkTimeout, PRIMARY, SECONDARY)


@pytest.mark.parametrize("command", ["find", "update"])
def test_a_broken_connection_leaves_the_breaker_closed_while_there_is_another_server(fail, command):
    assert not fail(command, AutoReconnect, PRIMARY, SECONDARY)


def test_a_write_that_waits_for_other_members_does_not_prevent_reads(fail):
    assert not fail("update", NetworkTimeout, PRIMARY, SECONDARY)
