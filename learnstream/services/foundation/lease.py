"""A lease for one worker at a time, lost when it is not renewed, with notes that outlive the holder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import RollupState
from learnstream.documents.projection import Projection
from learnstream.documents.stats import StoredRollup

STATE = Projection(RollupState, StoredRollup)
ROLLUP = "learning"
# Far longer than any single step between two renewals.
DURATION = timedelta(minutes=3)
RENEW_EVERY = timedelta(seconds=10)


class LeaseLost(RuntimeError):
    """Another worker took over the lease, because this one did not renew it in time."""


@dataclass(slots=True)
class Lease:
    """The exclusive right to do the work called `name`, until it is released, lost or taken over."""

    name: str
    token: str
    renewed_at: datetime = field(default_factory=now)

    def renew(self, **notes: Any) -> None:
        """Renew the lease if that is due, and store notes on the holder's progress.

        Raises:
            LeaseLost: another worker holds it now.
        """
        moment = now()
        if not notes and moment < self.renewed_at + RENEW_EVERY:
            return
        held = {"_id": self.name, "token": self.token}
        if (
            not RollupState.collection()
            .update_one(held, {"$set": notes | {"lease_until": moment + DURATION}})
            .matched_count
        ):
            raise LeaseLost(self.name)
        self.renewed_at = moment


def notes(name: str) -> StoredRollup:
    """Return the notes of the present and earlier holders."""
    return STATE.find_one({"_id": name}) or {}


@contextmanager
def hold(name: str) -> Iterator[Lease | None]:
    """Acquire a lease for the duration of a `with` block; None if another worker holds it."""
    lease = Lease(name, token_hex(8))
    acquired = _acquire(lease)
    try:
        yield lease if acquired else None
    finally:
        if acquired:
            RollupState.collection().update_one(
                {"_id": name, "token": lease.token}, {"$unset": {"lease_until": "", "token": ""}}
            )


def _acquire(lease: Lease) -> bool:
    moment = now()
    free = {"_id": lease.name, "$or": [{"lease_until": {"$exists": False}}, {"lease_until": {"$lte": moment}}]}
    held = {"$set": {"token": lease.token, "lease_until": moment + DURATION}}
    try:
        RollupState.collection().update_one(free, held, upsert=True)
    except DuplicateKeyError:
        # The lease exists and is not free, so the upsert tried to insert a second one.
        return False
    return True
