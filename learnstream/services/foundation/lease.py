"""One worker at a time: a lease that whoever stops renewing it loses, and what must outlive its holder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import RollupState

ROLLUP = "learning"
# Far longer than any single step between two renewals.
TERM = timedelta(minutes=3)
OFTEN = timedelta(seconds=10)


class LeaseLost(RuntimeError):
    """Somebody else took over, because this worker stood still for too long."""


@dataclass(slots=True)
class Lease:
    """The right to do what `name` says, until it is taken over."""

    name: str
    token: str
    renewed_at: datetime = field(default_factory=now)

    def keep(self, **notes: Any) -> None:
        """Renew the lease if that is due, and note how far its holder has come.

        Raises:
            LeaseLost: somebody else holds it now.
        """
        moment = now()
        if not notes and moment < self.renewed_at + OFTEN:
            return
        held = {"_id": self.name, "token": self.token}
        if (
            not RollupState.collection()
            .update_one(held, {"$set": notes | {"lease_until": moment + TERM}})
            .matched_count
        ):
            raise LeaseLost(self.name)
        self.renewed_at = moment


def notes(name: str) -> dict[str, Any]:
    """Return what holders have noted."""
    return RollupState.collection().find_one({"_id": name}) or {}


@contextmanager
def hold(name: str) -> Iterator[Lease | None]:
    """Hold a lease; None if somebody else does."""
    lease = Lease(name, token_hex(8))
    taken = _take(lease)
    try:
        yield lease if taken else None
    finally:
        if taken:
            RollupState.collection().update_one(
                {"_id": name, "token": lease.token}, {"$unset": {"lease_until": "", "token": ""}}
            )


def _take(lease: Lease) -> bool:
    moment = now()
    free = {"_id": lease.name, "$or": [{"lease_until": {"$exists": False}}, {"lease_until": {"$lte": moment}}]}
    mine = {"$set": {"token": lease.token, "lease_until": moment + TERM}}
    try:
        RollupState.collection().update_one(free, mine, upsert=True)
    except DuplicateKeyError:
        # It is there and not free, so the upsert wanted to make another one.
        return False
    return True
