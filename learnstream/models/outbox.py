"""The transactional outbox: work to be done after a transaction has committed."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.clock import now
from learnstream.models.columns import CreatedAt, RowId
from learnstream.stores.sql import Model


class OutboxMessage(Model):
    """One message: pending until `done_at`, retried at `next_try_at`, parked (`parked_at`) after too many attempts."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_pending", "next_try_at", postgresql_where=text("done_at IS NULL AND parked_at IS NULL")),
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
