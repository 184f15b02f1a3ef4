"""Responses stored under a client's Idempotency-Key."""

from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, Instant, RowId
from learnstream.stores.sql import Model


class IdempotencyKey(Model):
    """The first request with a key and, once it has finished, its response."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("uq_idempotency_keys_scope", "user_id", "operation", "key", unique=True),)

    id: Mapped[RowId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    operation: Mapped[str] = mapped_column(String(300))  # method and path
    key: Mapped[str] = mapped_column(String(255))
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int | None] = mapped_column(Integer)  # null while the first request runs
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    response: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Instant] = mapped_column(DateTime(timezone=True), index=True)
