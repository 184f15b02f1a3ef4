"""Records the queries that a request sends to the stores."""

import threading
from contextlib import contextmanager

import pytest
import redis.connection
from pymongo import monitoring

from learnstream.services.foundation.tasks import publisher
from tests.statements import sql_heard_by

recorded: list[str] = []


class CommandRecorder(monitoring.CommandListener):
    def started(self, event):
        recorded.append(event.command_name)

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


# The driver accepts listeners only before a client is created.
monitoring.register(CommandRecorder())


@pytest.fixture
def queries(app, monkeypatch):
    """The queries since the test cleared the list: `sql`, `redis` per round trip, and MongoDB's commands by name."""
    send = redis.connection.Connection.send_packed_command

    def send_and_record(connection, command, **kwargs):
        # What an earlier request has queued is published meanwhile, and no request waits for it.
        if threading.current_thread() is not publisher.thread:
            recorded.append("redis")
        return send(connection, command, **kwargs)

    def record_sql(*_):
        recorded.append("sql")

    monkeypatch.setattr(redis.connection.Connection, "send_packed_command", send_and_record)
    with sql_heard_by(record_sql):
        recorded.clear()
        yield recorded


@pytest.fixture
def statements(app):
    """Return a context that lists the SQL statements that are sent in it, without their parameters."""

    @contextmanager
    def recording():
        sent = []

        def record(_connection, _cursor, statement, *_):
            sent.append(statement)

        with sql_heard_by(record):
            yield sent

    return recording
