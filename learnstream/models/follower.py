"""The followers of the event feed, and the events that they could not handle."""

import enum
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.clock import now
from learnstream.models.columns import CreatedAt, Instant, RowId, UpdatedAt
from learnstream.stores.sql import Model


class FollowerState(enum.StrEnum):
    """What a follower is doing; `retired`: this release has no such follower."""

    IDLE = "idle"
    BEHIND = "behind"
    RUNNING = "running"
    FAILING = "failing"
    RETIRED = "retired"


class Follower(Model):
    """A follower's cursor: it has handled, or parked, every event up to `position`.

    `tries` and `last_error` concern the next event. A worker that runs the follower holds the claim `claimed_by`, and
    renews it; `claimed_until` is when the claim of a worker that died lapses. `missed` counts events that were deleted
    before the follower got to them.
    """

    __tablename__ = "followers"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_try_at: Mapped[Instant] = mapped_column(default=now)
    last_error: Mapped[str | None] = mapped_column(Text)
    missed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class ParkedEvent(Model):
    """An event that a follower gave up on, until an administrator has it retried (`retry_at`) or skipped (deleted)."""

    __tablename__ = "parked_events"
    __table_args__ = (UniqueConstraint("follower", "position"),)

    id: Mapped[RowId]
    follower: Mapped[str] = mapped_column(ForeignKey("followers.name"))
    position: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str] = mapped_column(Text)
    parked_at: Mapped[Instant] = mapped_column(default=now)
    retry_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
