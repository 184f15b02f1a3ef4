"""Records the queries that a request sends to the stores."""

import pytest
import redis.connection
import sqlalchemy as sa
from pymongo import monitoring

from learnstream.stores.sql import db

asked: list[str] = []


class CommandWatch(monitoring.CommandListener):
    def started(self, event):
        asked.append(event.command_name)

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


# The driver accepts listeners only before a client is created.
monitoring.register(CommandWatch())


@pytest.fixture
def queries(app, monkeypatch):
    """The queries since the test cleared the list: `sql`, `redis` per round trip, and MongoDB's commands by name."""
    send = redis.connection.Connection.send_packed_command

    def send_and_note(connection, command, **kwargs):
        asked.append("redis")
        return send(connection, command, **kwargs)

    def note(*_):
        asked.append("sql")

    monkeypatch.setattr(redis.connection.Connection, "send_packed_command", send_and_note)
    sa.event.listen(db.engine, "before_cursor_execute", note)
    asked.clear()
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", note)
