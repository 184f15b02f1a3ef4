"""The audit log: entries are written once and never changed."""

from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId
from learnstream.stores.sql import Model


class AuditEntry(Model):
    """One audited action. The actor is not a foreign key, because the log outlives the accounts it refers to.

    `key` identifies an action whose recording may be retried after a crash, so that it is recorded only once.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_created_at", "created_at"),
        Index("ix_audit_log_target", "target_kind", "target_id"),
        Index("ix_audit_log_actor_id", "actor_id"),
        Index("uq_audit_log_key", "key", unique=True),
    )

    id: Mapped[RowId]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(60))
    target_kind: Mapped[str] = mapped_column(String(30))
    target_id: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    ip: Mapped[str] = mapped_column(String(45), default="")
    request_id: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[CreatedAt]
