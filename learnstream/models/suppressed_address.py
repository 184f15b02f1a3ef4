"""Addresses that mail servers know no mailbox of."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt
from learnstream.stores.sql import Model


class SuppressedAddress(Model):
    """An address to which no optional mails are sent until its owner verifies it again.

    `key` is its canonical form, and `reason` the answer of the mail server.
    """

    __tablename__ = "suppressed_addresses"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
