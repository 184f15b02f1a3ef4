"""The durable cursors of followers: who may run one, and how far it has come.

A worker claims a follower before it runs it, and renews the claim until it is done, however long a handler takes; the
claim of a worker that died lapses. Every change of a cursor is conditional on the claim: of two workers that believe
they hold it, only one can commit, and nothing commits across an administrator's replay.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.models import Event, Follower
from learnstream.services.foundation.followers import Following
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0  # seconds
UNCHANGED = {"updated_at": Follower.updated_at}


class ClaimLost(RuntimeError):
    """Another worker has claimed the follower, or an administrator has moved its cursor."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The exclusive right to run a follower."""

    name: str
    token: str

    def change(self, **columns: Any) -> None:
        """Change the cursor in the present transaction.

        Raises:
            ClaimLost: the claim is no longer valid; the transaction must be rolled back.
        """
        held = (Follower.name == self.name, Follower.claimed_by == self.token)
        changed = update(Follower).where(*held).values(columns or UNCHANGED).returning(Follower.name)
        if db.session.scalar(changed) is None:
            raise ClaimLost(self.name)


def register(followings: Sequence[Following]) -> None:
    """Create missing cursors and commit."""
    for each in followings:
        first, last = func.coalesce(func.min(Event.position) - 1, 0), func.coalesce(func.max(Event.position), 0)
        start = select(first if each.from_start else last).scalar_subquery()
        db.session.execute(insert(Follower).values(name=each.name, position=start).on_conflict_do_nothing())
    db.session.commit()


@contextmanager
def claim(name: str) -> Iterator[Claim | None]:
    """Hold a follower's claim for the duration of a `with` block; None if another worker holds it."""
    claimed = Claim(name, token_hex(8))
    if not _acquire(claimed):
        yield None
        return
    done = threading.Event()
    renewing = threading.Thread(target=_renew, args=(db.engine, claimed, done), name=f"claim-{name}", daemon=True)
    renewing.start()
    try:
        yield claimed
    finally:
        done.set()
        _release(claimed)


def _acquire(claimed: Claim) -> bool:
    # By the server's clock, which all workers share. A claim that reaches further ahead than any lease is from before
    # that clock was set back, and would hold for as long as that.
    lapsed = (Follower.claimed_until <= func.now()) | (Follower.claimed_until > func.now() + 2 * LEASE)
    free = Follower.claimed_until.is_(None) | lapsed
    columns = UNCHANGED | {"claimed_by": claimed.token, "claimed_until": func.now() + LEASE}
    acquired = update(Follower).where(Follower.name == claimed.name, free).values(columns).returning(Follower.name)
    name = db.session.scalar(acquired)
    db.session.commit()
    return name is not None


def _renew(engine: Engine, claimed: Claim, done: threading.Event) -> None:
    held = (Follower.name == claimed.name, Follower.claimed_by == claimed.token)
    renewed = update(Follower).where(*held).values(UNCHANGED | {"claimed_until": func.now() + LEASE})
    while not done.wait(RENEW_EVERY):
        try:
            with engine.begin() as connection:
                connection.execute(renewed)
        except STORE_FAILURES as error:
            log.warning("the claim of follower %s was not renewed: %s", claimed.name, type(error).__name__)


def _release(claimed: Claim) -> None:
    try:
        db.session.rollback()
        claimed.change(**UNCHANGED, claimed_by=None, claimed_until=None)
        db.session.commit()
    except (ClaimLost, *STORE_FAILURES) as error:
        # It lapses, or belongs to someone else.
        db.session.rollback()
        log.warning("the claim of follower %s was not released: %s", claimed.name, type(error).__name__)
