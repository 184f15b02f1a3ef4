"""The connection to MongoDB: with timeouts, and breakers driven by the driver's monitoring of servers and commands."""

from typing import Any, cast

import mongoengine
from flask import Flask
from pymongo import MongoClient, ReadPreference, monitoring
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, BulkWriteError, NetworkTimeout
from pymongo.server_description import ServerDescription

from learnstream.stores import bulkhead
from learnstream.stores.breaker import Breaker

SERVER_SELECTION_MS = 1200
OPERATION_MS = 1500
# Interval of the driver's server checks: a hanging primary is not detected sooner, and commands wait for it until then.
HEARTBEAT_MS = 2000
# Reads continue on a secondary while a new primary is elected.
READING = ReadPreference.PRIMARY_PREFERRED
# Errors of commands whose connection broke, or was closed because its server failed the driver's check.
BROKEN = {AutoReconnect.__name__, "_OperationCancelled"}
WRITES = {
    *("insert_one", "insert_many", "update_one", "update_many", "replace_one", "delete_one", "delete_many"),
    *("find_one_and_update", "find_one_and_replace", "find_one_and_delete", "bulk_write"),
}
# The commands that these methods send.
WRITE_COMMANDS = {"insert", "update", "delete", "findAndModify"}

DUPLICATE_KEY = 11000  # MongoDB's error code

# Filters, updates and expressions: their operators take values of any type.
Expression = dict[str, Any]

breaker = Breaker("mongodb")
# Open while there is no primary: writes would wait for the election and occupy threads that readers need.
write_breaker = Breaker("mongodb")


def _ignore(self: Any, event: Any) -> None:
    """Ignore an event: a successful server check, for instance, does not mean that commands succeed."""


class ServerWatch(monitoring.ServerHeartbeatListener):
    """Opens the breaker while no server is readable.

    A request that waits for a server fails only after its timeout; the open breaker spares other requests that wait.
    """

    started = succeeded = _ignore

    def failed(self, event: Any) -> None:
        # Events of a replaced client say nothing about the store.
        if self is _watch and not any(server.is_readable for server in _servers()):
            breaker.failed()


# The current client, and the listener that monitors its servers.
_client: MongoClient[Any] | None = None
_watch = ServerWatch()


class PoolWatch(monitoring.ConnectionPoolListener):
    """Opens the breaker when no connection can be obtained: then there is no command event to react to."""

    pool_created = pool_ready = pool_cleared = pool_closed = _ignore
    connection_created = connection_ready = connection_closed = _ignore
    connection_check_out_started = connection_checked_out = connection_checked_in = _ignore

    def connection_check_out_failed(self, event: Any) -> None:
        if not _has_others(event.address):
            breaker.failed()


class CommandWatch(monitoring.CommandListener):
    """Reports the outcome of commands to the breaker and the bulkhead."""

    def started(self, event: Any) -> None:
        bulkhead.mongodb.enter(is_bound=False)

    def succeeded(self, event: Any) -> None:
        bulkhead.mongodb.leave()
        breaker.succeeded()

    def failed(self, event: Any) -> None:
        bulkhead.mongodb.leave()
        failure, has_others = event.failure.get("errtype"), _has_others(event.connection_id)
        # A write also waits for other members: its timeout does not mean that reads hang.
        hangs = failure == NetworkTimeout.__name__ and not (has_others and event.command_name in WRITE_COMMANDS)
        # The driver continues with another server when a connection breaks, but waits again for one that hangs.
        if hangs or (failure in BROKEN and not has_others):
            breaker.failed()


class Guarded:
    """A collection whose write methods fail fast while there is no primary."""

    __slots__ = ("_collection",)

    def __init__(self, collection: Collection[Any]) -> None:
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        if name in WRITES:
            _admit_write()
        return getattr(self._collection, name)


def guarded(collection: Collection[Any]) -> Collection[Any]:
    """Return a guarded collection, for immediate use.

    Raises:
        Unavailable: MongoDB has just failed, or too many threads wait for it; for writes also if it has no primary.
    """
    breaker.admit()
    bulkhead.mongodb.enter()
    return cast(Collection[Any], Guarded(collection))


def is_duplicate_key(error: BulkWriteError) -> bool:
    """True if all failed writes failed with a duplicate key: another worker has inserted these documents."""
    failures, unacknowledged = error.details["writeErrors"], error.details.get("writeConcernErrors")
    return not unacknowledged and all(each["code"] == DUPLICATE_KEY for each in failures)


def _admit_write() -> None:
    servers = _servers()
    if any(server.is_writable for server in servers):
        write_breaker.succeeded()
    elif any(server.is_server_type_known or server.error for server in servers):
        if not write_breaker.open:
            write_breaker.failed()
        write_breaker.admit()
    # Before the driver's first server check, nothing is known.


def _servers() -> list[ServerDescription]:
    return list(_client.topology_description.server_descriptions().values()) if _client else []


def _has_others(failed: tuple[str, int]) -> bool:
    return any(server.is_readable and server.address != failed for server in _servers())


def init_app(app: Flask) -> None:
    """Register the connection. The driver connects on first use, that is, after gunicorn's fork."""
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
