"""The schedule of digests: who gets one next, and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import UTC_NAME, now, time_zone, time_zones
from learnstream.models import User
from learnstream.models.digest_schedule import DigestSchedule
from learnstream.services.messaging import digest_times
from learnstream.stores.sql import db

BATCH = 200  # people


@dataclass(frozen=True, slots=True)
class Due:
    """An account whose digest is due, with its locked schedule."""

    schedule: DigestSchedule
    user: User

    @property
    def zone(self) -> tzinfo:
        """The account's time zone."""
        return zone_of(self.user.timezone)


def expect(user_ids: Collection[int]) -> None:
    """Have people get a digest, in the present transaction, unless they are to get one anyway."""
    moment, zones = now(), select(User.id, User.timezone).where(User.id.in_(user_ids))
    # In one order, so that two transactions that expect the same digests cannot deadlock.
    rows = [
        {"user_id": row.id, "due_at": digest_times.next_after(moment, zone_of(row.timezone))}
        for row in db.session.execute(zones.order_by(User.id))
    ]
    if rows:
        added = insert(DigestSchedule).values(rows)
        due = {"due_at": added.excluded.due_at}
        unscheduled = DigestSchedule.due_at.is_(None)
        db.session.execute(added.on_conflict_do_update(index_elements=["user_id"], set_=due, where=unscheduled))


def claim() -> Sequence[Due]:
    """Return the accounts whose digests have been due for longest, locked until the transaction ends.

    Without those that another worker has claimed.
    """
    due = select(DigestSchedule, User).join(User, User.id == DigestSchedule.user_id)
    oldest = due.where(DigestSchedule.due_at <= now()).order_by(DigestSchedule.due_at).limit(BATCH)
    locked = oldest.with_for_update(of=DigestSchedule, skip_locked=True)
    rows = db.session.execute(locked, execution_options={"populate_existing": True})
    return [Due(schedule, user) for schedule, user in rows]


def zone_of(name: str | None) -> tzinfo:
    """Return a time zone, or UTC: an account's may be one that this machine does not know."""
    return time_zone(name if name in time_zones() else UTC_NAME)
