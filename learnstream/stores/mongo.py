"""The connection to MongoDB: bounded in time, with breakers that follow what the driver sees of the servers."""

from typing import Any, cast

import mongoengine
from flask import Flask
from pymongo import MongoClient, ReadPreference, monitoring
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, NetworkTimeout
from pymongo.server_description import ServerDescription

from learnstream.stores import bulkhead
from learnstream.stores.breaker import Breaker

SERVER_SELECTION_MS = 1200
OPERATION_MS = 1500
# How often servers are looked at: a primary that hangs is not noticed sooner, and until then it is waited for.
HEARTBEAT_MS = 2000
# Reads go on from a secondary while a new primary is elected.
READING = ReadPreference.PRIMARY_PREFERRED
# How commands fail whose connection broke, or was given up because its server had stopped to say hello.
BROKEN = {AutoReconnect.__name__, "_OperationCancelled"}
WRITES = {
    *("insert_one", "insert_many", "update_one", "update_many", "replace_one", "delete_one", "delete_many"),
    *("find_one_and_update", "find_one_and_replace", "find_one_and_delete", "bulk_write"),
}
# The commands that these become.
WRITING = {"insert", "update", "delete", "findAndModify"}

breaker = Breaker("mongodb")
# For the time without a primary: whoever writes would wait for the election, and keep those who read from a thread.
writing = Breaker("mongodb")


def _ignore(self: Any, event: Any) -> None:
    """Of no interest: that a server says hello, for instance, does not mean that it answers questions."""


class ServerWatch(monitoring.ServerHeartbeatListener):
    """Open the breaker while no server is left to read from.

    Whoever waits for a server learns nothing before their time is up; this spares the others the same wait.
    """

    started = succeeded = _ignore

    def failed(self, event: Any) -> None:
        # What a connection sees that was given up says nothing of the store.
        if self is _watch and not any(server.is_readable for server in _servers()):
            breaker.failed()


# The present connection, and who watches its servers.
_client: MongoClient | None = None
_watch = ServerWatch()


class PoolWatch(monitoring.ConnectionPoolListener):
    """Open the breaker when there is no connection to be had: then no command is sent whose end could be watched."""

    pool_created = pool_ready = pool_cleared = pool_closed = _ignore
    connection_created = connection_ready = connection_closed = _ignore
    connection_check_out_started = connection_checked_out = connection_checked_in = _ignore

    def connection_check_out_failed(self, event: Any) -> None:
        if not _has_others(event.address):
            breaker.failed()


class CommandWatch(monitoring.CommandListener):
    """Tell how commands end."""

    def started(self, event: Any) -> None:
        bulkhead.mongodb.enter(is_bound=False)

    def succeeded(self, event: Any) -> None:
        bulkhead.mongodb.leave()
        breaker.succeeded()

    def failed(self, event: Any) -> None:
        bulkhead.mongodb.leave()
        failure, has_others = event.failure.get("errtype"), _has_others(event.connection_id)
        # A write waits for other members as well: that it takes too long says nothing of reading from any of them.
        hangs = failure == NetworkTimeout.__name__ and not (has_others and event.command_name in WRITING)
        # The driver goes on with another server when a connection breaks, but waits again for one that hangs.
        if hangs or (failure in BROKEN and not has_others):
            breaker.failed()


class Guarded:
    """A collection that refuses to be written to while there is no primary."""

    __slots__ = ("_collection",)

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        if name in WRITES:
            _admit_write()
        return getattr(self._collection, name)


def guarded(collection: Collection) -> Collection:
    """Return a collection to ask now.

    Raises:
        Unavailable: MongoDB failed a moment ago, or too many wait for it; for a write, also: it has no primary.
    """
    breaker.admit()
    bulkhead.mongodb.enter()
    return cast(Collection, Guarded(collection))


def _admit_write() -> None:
    servers = _servers()
    if any(server.is_writable for server in servers):
        writing.succeeded()
    elif any(server.is_server_type_known or server.error for server in servers):
        if not writing.open:
            writing.failed()
        writing.admit()
    # Of servers that nobody has asked yet, nothing is known.


def _servers() -> list[ServerDescription]:
    return list(_client.topology_description.server_descriptions().values()) if _client else []


def _has_others(failed: tuple[str, int]) -> bool:
    return any(server.is_readable and server.address != failed for server in _servers())


def init_app(app: Flask) -> None:
    """Register the connection. The driver connects on first use, hence after gunicorn's fork."""
    global _client, _watch
    _watch = ServerWatch()
    mongoengine.disconnect()
    _client = mongoengine.connect(
        host=app.config["MONGODB_URI"],
        **({} if _names_database(app.config["MONGODB_URI"]) else {"db": "learnstream"}),
        connect=False,
        tz_aware=True,
        uuidRepresentation="standard",
        appname="learnstream",
        maxPoolSize=app.config["MONGODB_POOL_SIZE"],
        serverSelectionTimeoutMS=SERVER_SELECTION_MS,
        connectTimeoutMS=SERVER_SELECTION_MS,
        socketTimeoutMS=OPERATION_MS,
        timeoutMS=OPERATION_MS,
        waitQueueTimeoutMS=1000,
        w="majority",
        journal=True,
        heartbeatFrequencyMS=HEARTBEAT_MS,
        read_preference=READING,
        event_listeners=[_watch, PoolWatch(), CommandWatch()],
    )


def _names_database(uri: str) -> bool:
    path = uri.split("://", 1)[1].partition("/")[2]
    return bool(path.partition("?")[0])
