"""Refunds of payments, whether requested here or in the vendor's dashboard."""

import enum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import Amount, CreatedAt, CurrencyCode, MaybeInstant, RowId, UpdatedAt, words
from learnstream.stores.sql import Model


class RefundState(enum.StrEnum):
    """The state of a refund: the vendor's, except that it has not answered yet while `requested`."""

    REQUESTED = "requested"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Refund(Model):
    """A refund of a payment, in whole or in part. It is committed before the vendor is asked, with `keep_seat`.

    `requested_by` is None if a job or somebody in the vendor's dashboard made it.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        Index("ix_refunds_order_id", "order_id"),
        Index("ix_refunds_payment_id", "payment_id"),
        Index("uq_refunds_vendor_id", "vendor_id", unique=True),
        Index(
            "ix_refunds_open",
            "id",
            postgresql_where=text("state IN ('requested', 'pending', 'requires_action')"),
        ),
    )

    id: Mapped[RowId]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id", ondelete="RESTRICT"))
    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payments.id", ondelete="RESTRICT"))
    vendor_id: Mapped[str | None] = mapped_column(String(255))
    amount: Mapped[Amount]
    currency: Mapped[CurrencyCode]
    state: Mapped[RefundState] = mapped_column(words(RefundState), default=RefundState.REQUESTED)
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(500))
    keep_seat: Mapped[bool] = mapped_column(default=False)
    requested_by: Mapped[int | None] = mapped_column(BigInteger)
    # The idempotency key of the request, which may be repeated because its process died before it had answered.
    request_key: Mapped[str | None] = mapped_column(String(255))
    failure_reason: Mapped[str | None] = mapped_column(Text)
    refunded_at: Mapped[MaybeInstant]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
