"""Invitations by e-mail to have an account with a role, and seats in courses."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, DateTime, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.clock import now
from learnstream.models.columns import CreatedAt, Instant, RowId, words
from learnstream.models.user import Role
from learnstream.stores.sql import Model

# The scope of administrators' invitations; that of instructors' is their course's id.
SCHOOL = "school"


class InvitationState(enum.StrEnum):
    """Pending until it is accepted, revoked, or has expired."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class MailRequest(enum.StrEnum):
    """Whether a mail with the link was requested; the mail's own state tells whether it was sent."""

    REQUESTED = "requested"
    UNCONFIGURED = "unconfigured"


class Invitation(Model):
    """An invitation of an address. Of each address and scope, at most one is open: neither accepted nor revoked.

    `email_key` is the canonical form of `email`, as in `User`. `invited_by` is the latest who invited to its role;
    it is valid as long as they may do so.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open",
            "email_key",
            "scope",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
        Index("ix_invitations_email_key", "email_key", "id"),
        Index("ix_invitations_scope", "scope", "id"),
        Index("ix_invitations_expires_at", "expires_at"),
    )

    id: Mapped[RowId]
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(String(24))
    role: Mapped[Role] = mapped_column(words(Role))
    course_ids: Mapped[Sequence[str]] = mapped_column(ARRAY(String(24)))
    message: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(10))
    invited_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    created_at: Mapped[CreatedAt]
    mail_requested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[Instant]
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def state(self) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.EXPIRED if self.expires_at <= now() else InvitationState.PENDING

    @property
    def mail(self) -> MailRequest:
        return MailRequest.REQUESTED if self.mail_requested_at else MailRequest.UNCONFIGURED

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """True if it was neither accepted nor revoked; it may have expired."""
        return and_(cls.accepted_at.is_(None), cls.revoked_at.is_(None))

    @classmethod
    def is_in(cls, state: InvitationState) -> ColumnElement[bool]:
        """Return for SQL what `state` is for a loaded invitation."""
        return {
            InvitationState.PENDING: cls.is_open() & (cls.expires_at > now()),
            InvitationState.ACCEPTED: cls.accepted_at.is_not(None),
            InvitationState.REVOKED: cls.revoked_at.is_not(None),
            InvitationState.EXPIRED: cls.is_open() & (cls.expires_at <= now()),
        }[state]
