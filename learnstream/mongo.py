"""The connection to MongoDB: bounded in time, with a breaker that follows what the driver sees of the servers."""

from typing import Any

import mongoengine
from flask import Flask
from pymongo import monitoring
from pymongo.errors import AutoReconnect, NetworkTimeout

from learnstream.guards import Breaker

SERVER_SELECTION_MS = 1200
OPERATION_MS = 1500

breaker = Breaker("mongodb")


class ServerWatch(monitoring.TopologyListener, monitoring.ServerHeartbeatListener):
    """Open the breaker while no server is left to read from, close it when one is back."""

    def __init__(self) -> None:
        self._readable = False
        self.retired = False

    def description_changed(self, event: Any) -> None:
        # That a connection which was given up loses its servers says nothing of the store.
        if self.retired:
            return
        self._readable = event.new_description.has_readable_server()
        if self._readable:
            breaker.succeeded()
        elif event.previous_description.has_readable_server():
            breaker.failed()

    def failed(self, event: Any) -> None:
        # Whoever waits for a server learns nothing before their time is up; this spares the others the same wait.
        if not self._readable and not self.retired:
            breaker.failed()

    def opened(self, event: Any) -> None:
        """Nothing is known yet."""

    def closed(self, event: Any) -> None:
        """The client was closed on purpose."""

    def started(self, event: Any) -> None:
        """Only failures are of interest."""

    def succeeded(self, event: Any) -> None:
        """The topology's description says what it means."""


# The present connection's.
_watch = ServerWatch()


class CommandWatch(monitoring.CommandListener):
    """Open the breaker when a command got no answer: a frozen server stays in the topology for a while."""

    def started(self, event: Any) -> None:
        """Only ends are of interest."""

    def succeeded(self, event: Any) -> None:
        breaker.succeeded()

    def failed(self, event: Any) -> None:
        if event.failure.get("errtype") in {AutoReconnect.__name__, NetworkTimeout.__name__}:
            breaker.failed()


def init_app(app: Flask) -> None:
    """Register the connection. The driver connects on first use, hence after gunicorn's fork."""
    global _watch
    _watch.retired = True
    _watch = ServerWatch()
    mongoengine.disconnect()
    mongoengine.connect(
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
        # Reads go on from a secondary while a new primary is elected.
        readPreference="primaryPreferred",
        event_listeners=[_watch, CommandWatch()],
    )


def _names_database(uri: str) -> bool:
    path = uri.split("://", 1)[1].partition("/")[2]
    return bool(path.partition("?")[0])
