"""Mails: requested in a transaction, sent by a worker after its commit."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.clock import now
from learnstream.models.columns import CreatedAt, Instant, RowId, words
from learnstream.stores.sql import Model

MAX_CAUSE = 160


class MailState(enum.StrEnum):
    """Queued until it is sent, or has failed for good; suppressed if it was not needed any more."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class MailTemplate(enum.StrEnum):
    """What a mail says; `services.messaging.rendering` describes the facts that each needs."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a template
    INVITATION = "invitation"
    CONFIRM_ADDRESS = "confirm_address"
    ADDRESS_CHANGED = "address_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a template
    NEW_DEVICE = "new_device"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    ALREADY_REGISTERED = "already_registered"
    NOTIFICATION = "notification"
    DIGEST = "digest"
    ANNOUNCEMENT = "announcement"


# Mails that their recipients may do without. All others are about the account itself, or were asked for.
OPTIONAL = {MailTemplate.NOTIFICATION, MailTemplate.DIGEST, MailTemplate.ANNOUNCEMENT}


class MailMode(enum.StrEnum):
    """When notices of a kind go by mail: each at once, together in the daily digest, or never."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


class Mail(Model):
    """One mail to one address. `cause` identifies the event or command that requested it.

    `facts` are what the template says besides what is only known when the mail is sent. They must not contain links or
    tokens. `answer` is the mail server's. `failed_at` is when a try last failed in a way that administrators are told of.
    """

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("cause", "template", "address"),
        Index("ix_mails_due", "next_try_at", postgresql_where=text("state = 'queued'")),
        # The filters of the administrators' list.
        Index("ix_mails_state", "state", "id"),
        Index("ix_mails_template", "template", "id"),
        Index("ix_mails_address", "address", "id"),
        Index("ix_mails_user_id", "user_id"),
        Index("ix_mails_created_at", "created_at"),
        Index("ix_mails_sent_at", "sent_at"),
        Index("ix_mails_failed_at", "failed_at", postgresql_where=text("failed_at IS NOT NULL")),
    )

    id: Mapped[RowId]
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    address: Mapped[str] = mapped_column(String(254))
    template: Mapped[str] = mapped_column(String(40))  # a MailTemplate; no CHECK, so that a new one needs no migration
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    language: Mapped[str] = mapped_column(String(20), default="en")
    cause: Mapped[str] = mapped_column(String(MAX_CAUSE))
    state: Mapped[MailState] = mapped_column(words(MailState), default=MailState.QUEUED)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[Instant] = mapped_column(default=now)
    last_error: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
