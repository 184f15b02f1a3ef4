"""Sign-in sessions and their refresh tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, Instant, RowId
from learnstream.stores.sql import Model


class Session(Model):
    """One sign-in on one device, with the family of refresh tokens issued for it."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[CreatedAt]
    # When its user last confirmed the password; None: not since it began.
    reauthenticated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The absolute end of the session, however often it is refreshed.
    expires_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_reason: Mapped[str | None] = mapped_column(String(40))


class RefreshToken(Model):
    """A refresh token, identified by its hash; its claims are stored so that the same token can be issued again."""

    __tablename__ = "refresh_tokens"
    # One child per parent: the constraint makes rotation safe against concurrent requests.
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
    # A hash of the first client's user agent and network, and how often its child was returned again.
    consumed_by: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    repeats: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
