"""Payments of orders, as the vendor confirmed them."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import Amount, CreatedAt, CurrencyCode, Instant, RowId
from learnstream.stores.sql import Model


class Payment(Model):
    """A payment of an order, in the vendor's amounts. Refunds belong to a payment, not to the order.

    An order has a second one if an old page was paid as well. One of nothing (a coupon of 100 %) has no row.
    `vendor_id` is the vendor's payment intent. The links need no sign-in: only the buyer sees them.
    """

    __tablename__ = "payments"
    __table_args__ = (
        Index("ix_payments_order_id", "order_id"),
        Index("uq_payments_vendor_id", "vendor_id", unique=True),
        Index("uq_payments_charge_id", "charge_id", unique=True),
        Index("uq_payments_checkout_id", "checkout_id", unique=True),
    )

    id: Mapped[RowId]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id", ondelete="RESTRICT"))
    vendor_id: Mapped[str | None] = mapped_column(String(255))
    charge_id: Mapped[str | None] = mapped_column(String(255))
    checkout_id: Mapped[str | None] = mapped_column(String(255))
    amount: Mapped[Amount]
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[CurrencyCode]
    livemode: Mapped[bool]
    receipt_url: Mapped[str | None] = mapped_column(Text)
    invoice_url: Mapped[str | None] = mapped_column(Text)
    invoice_pdf_url: Mapped[str | None] = mapped_column(Text)
    paid_at: Mapped[Instant]
    created_at: Mapped[CreatedAt]
