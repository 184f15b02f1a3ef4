"""A replica set of three members, each of which may be killed and restarts on its data."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pymongo
from pymongo import MongoClient
from pymongo.database import Database

from devstack.services.mongodb import DATABASE, MongoDB
from devstack.services.scratch import create_scratch, remove
from tests.waiting import within

ELECTED_WITHIN = 60.0


class Member(MongoDB):
    """One of several members, which are configured once all of them run."""

    def finish(self) -> None:
        """Do nothing: see `three_members`."""


class ReplicaSet:
    """Members that replicate the same data."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members

    @property
    def url(self) -> str:
        return f"mongodb://{','.join(member.address for member in self.members)}/{DATABASE}?replicaSet=rs0"

    def primary(self) -> Member | None:
        """Return the member that is writable now, if there is one."""
        return next((member for member in self.members if member.running and _takes_writes(member)), None)

    @contextmanager
    def database(self) -> Iterator[Database[dict[str, Any]]]:
        """Yield the primary's database."""
        with MongoClient[dict[str, Any]](self.url) as client:
            yield client.get_default_database()

    def is_whole(self) -> bool:
        """True if each member has caught up with the others."""
        with MongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=5000) as client:
            states = [member["stateStr"] for member in client.admin.command("replSetGetStatus")["members"]]
        return sorted(states) == ["PRIMARY", "SECONDARY", "SECONDARY"]


@contextmanager
def three_members() -> Iterator[ReplicaSet]:
    directory, lock = create_scratch()
    members = [Member(directory / f"mongodb{number}") for number in range(3)]
    with ExitStack() as running:
        running.callback(lock.release)
        running.callback(remove, directory)
        for member in members:
            running.callback(member.kill)
            member.start()
        members[0].configure([member.address for member in members])
        replica_set = ReplicaSet(members)
        within(ELECTED_WITHIN, replica_set.is_whole)
        yield replica_set


def _takes_writes(member: Member) -> bool:
    try:
        with pymongo.MongoClient(member.address, directConnection=True, serverSelectionTimeoutMS=1000) as client:
            return bool(client.admin.command("hello")["isWritablePrimary"])
    except pymongo.errors.PyMongoError:
        return False
