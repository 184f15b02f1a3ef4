"""Changes of accounts' e-mail addresses."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId
from learnstream.stores.sql import Model


class AddressChange(Model):
    """A change of an account's address: pending until the new address is confirmed, then for a while reversible.

    `old_key` is the canonical form of `old_address`.
    """

    __tablename__ = "address_changes"
    __table_args__ = (
        Index("ix_address_changes_user_id", "user_id"),
        Index("ix_address_changes_created_at", "created_at"),
        Index("ix_address_changes_old_key", "old_key", postgresql_where=text("confirmed_at IS NOT NULL")),
    )

    id: Mapped[RowId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    old_address: Mapped[str] = mapped_column(String(254))
    old_key: Mapped[str] = mapped_column(Text)
    new_address: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[CreatedAt]
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
