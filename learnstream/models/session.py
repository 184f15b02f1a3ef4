"""Signed-in sessions and the refresh tokens that carry them on."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, Instant, RowId
from learnstream.stores.sql import Model


class Session(Model):
    """One sign-in on one device: the family of refresh tokens that descend from it."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[CreatedAt]
    # However often it is refreshed, a session ends here.
    expires_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_reason: Mapped[str | None] = mapped_column(String(40))


class RefreshToken(Model):
    """A refresh token, known by its hash; its claims are kept so that the same token can be minted again."""

    __tablename__ = "refresh_tokens"
    # One child a parent, whatever races: the constraint is what makes rotation safe.
    __table_args__ = (Index("uq_refresh_tokens_parent_id", "parent_id", unique=True),)

    id: Mapped[RowId]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("refresh_tokens.id", ondelete="SET NULL"))
    jti: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    claims: Mapped[dict[str, Any]] = mapped_column(JSONB)
    key_id: Mapped[str] = mapped_column(String(20))
    issued_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(DateTime(timezone=True), index=True)
    consumed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Of whom the first use came, as a hash of user agent and network, and how often it was answered again since.
    consumed_by: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    repeats: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
