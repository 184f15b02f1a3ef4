"""The ledger: every movement of money, in double entry."""

import enum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import Amount, CreatedAt, CurrencyCode, Instant, RowId, words
from learnstream.stores.sql import Model


class LedgerAccount(enum.StrEnum):
    """What the vendor owes us, and what it is owed for: sales at list prices without tax, less discounts; tax; refunds; disputes."""

    VENDOR_BALANCE = "vendor_balance"
    SALES = "sales"
    TAX = "tax"
    REFUNDS = "refunds"
    DISPUTES = "disputes"
    DISCOUNTS = "discounts"


class RevenueBy(enum.StrEnum):
    """What the rows of revenue are of, besides a currency each."""

    DAY = "day"
    COURSE = "course"
    CURRENCY = "currency"


class Mode(enum.StrEnum):
    """Real money, or that of tests."""

    LIVE = "live"
    TEST = "test"


class LedgerEntry(Model):
    """One side of a movement: debits are positive, credits negative.

    Triggers let rows be inserted only, and each transaction leave the sum of an order's rows of a cause and currency at
    zero. A cause names the vendor's object, such as `payment:<id>`: each is recorded once per order and account.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index("uq_ledger_order_id_cause_account", "order_id", "cause", "account", unique=True),
        Index("ix_ledger_occurred_at", "occurred_at", "id"),
    )

    id: Mapped[RowId]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id", ondelete="RESTRICT"))
    account: Mapped[LedgerAccount] = mapped_column(words(LedgerAccount))
    amount: Mapped[Amount]
    currency: Mapped[CurrencyCode]
    cause: Mapped[str] = mapped_column(String(300))
    occurred_at: Mapped[Instant]
    created_at: Mapped[CreatedAt]
