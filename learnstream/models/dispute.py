"""Disputes: a buyer's bank claims a payment back."""

import enum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import Amount, CreatedAt, CurrencyCode, Instant, MaybeInstant, RowId, UpdatedAt, words
from learnstream.stores.sql import Model


class DisputeStatus(enum.StrEnum):
    """The vendor's words; UNKNOWN for those that it adds later. None of them is final."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    APPEAL_NEEDS_RESPONSE = "appeal_needs_response"
    APPEAL_UNDER_REVIEW = "appeal_under_review"
    PREVENTED = "prevented"
    UNKNOWN = "unknown"


class Dispute(Model):
    """A dispute about a payment, or about a part of it. `status_at` is when the vendor created the newest event of it."""

    __tablename__ = "disputes"
    __table_args__ = (
        Index("ix_disputes_order_id", "order_id"),
        Index("ix_disputes_payment_id", "payment_id"),
        Index("uq_disputes_vendor_id", "vendor_id", unique=True),
    )

    id: Mapped[RowId]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id", ondelete="RESTRICT"))
    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payments.id", ondelete="RESTRICT"))
    vendor_id: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Amount]
    currency: Mapped[CurrencyCode]
    status: Mapped[DisputeStatus] = mapped_column(words(DisputeStatus, length=30))
    reason: Mapped[str | None] = mapped_column(String(60))
    # Until when evidence is accepted; None if no answer is possible.
    due_by: Mapped[MaybeInstant]
    status_at: Mapped[Instant]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
