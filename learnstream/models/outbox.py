"""The transactional outbox: commands to be carried out after a transaction has committed."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.clock import now
from learnstream.models.columns import CreatedAt, RowId
from learnstream.stores.sql import Model


class CommandState(enum.StrEnum):
    """Pending until it is done; or given up after too many tries (parked), and then perhaps skipped."""

    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"
    SKIPPED = "skipped"


class OutboxMessage(Model):
    """One message: pending until `done_at`, tried again at `next_try_at`, parked (`parked_at`) after too many tries.

    A message with both `parked_at` and `done_at` was skipped by an administrator.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # The previous release relies on it; the next one may drop it.
        Index("ix_outbox_pending", "next_try_at", postgresql_where=text("done_at IS NULL AND parked_at IS NULL")),
        Index("ix_outbox_open", "topic", "next_try_at", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[RowId]
    topic: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    next_try_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    parked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[str | None] = mapped_column(Text)

    @property
    def state(self) -> CommandState:
        if self.done_at:
            return CommandState.SKIPPED if self.parked_at else CommandState.DONE
        return CommandState.PARKED if self.parked_at else CommandState.PENDING
