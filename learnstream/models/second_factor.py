"""Second factors of accounts, and the recovery codes that replace one of their codes."""

import enum
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt
from learnstream.stores.sql import Model


class Removal(enum.StrEnum):
    """How a second factor was removed: by its owner, by an administrator, or by undoing a change of the address."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    ADDRESS_UNDONE = "address_undone"


class SecondFactor(Model):
    """An account's authenticator app: pending until its first code confirms it (`enabled_at`).

    `failures` counts wrong codes since the last right one, whatever they were sent for and from wherever.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # Encrypted with the key of this id; see `services.accounts.secret_box`.
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(20))
    enabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The time step of the last accepted code: neither this code nor an earlier one is accepted again.
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    paused_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]


class RecoveryCode(Model):
    """A recovery code that has not been used, as a hash."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("second_factors.user_id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
