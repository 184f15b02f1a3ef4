"""Accounts."""

import enum
from datetime import datetime

from sqlalchemy import DateTime, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.clock import now
from learnstream.extensions import Model
from learnstream.models.columns import CreatedAt, RowId, UpdatedAt, words


class Role(enum.StrEnum):
    """What an account may do: learn, teach its own courses, or run the platform."""

    ADMIN = "admin"
    INSTRUCTOR = "instructor"
    STUDENT = "student"


class User(Model):
    """A person's account."""

    __tablename__ = "users"
    # The database decides that two addresses which differ in case are one account.
    __table_args__ = (Index("uq_users_email_lower", text("lower(email)"), unique=True),)

    id: Mapped[RowId]
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(words(Role), default=Role.STUDENT)
    is_active: Mapped[bool] = mapped_column(default=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Access tokens issued before this instant are refused.
    sessions_valid_from: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
