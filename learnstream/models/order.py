"""Orders: a person buys a course."""

import enum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import (
    Amount,
    CourseId,
    CreatedAt,
    CurrencyCode,
    Instant,
    MaybeInstant,
    RowId,
    UpdatedAt,
    words,
)
from learnstream.stores.sql import Model
from learnstream.text.money import Money


class OrderState(enum.StrEnum):
    """The state of an order. One that failed or expired is settled all the same if a late payment arrives."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    DISPUTED = "disputed"


class Order(Model):
    """One purchase of a course. It names what an invoice must: the buyer, the course's title and version,
    and all amounts.

    `total` is what the buyer pays: `subtotal` minus `discount`, plus the `tax` that the vendor computed unless prices
    include it. Each checkout page of an order is an `attempt`, whose number is part of the vendor's idempotency key;
    `checkout_id` is the latest page. While an order has `checkout_completed_at` and is pending, its payment is on the way
    and may take days.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "subtotal >= 0 AND discount BETWEEN 0 AND subtotal AND tax >= 0 AND total >= 0", name="amounts"
        ),
        # Decides between requests at once: a person has one open order for a course.
        Index("uq_orders_open", "user_id", "course_id", unique=True, postgresql_where=text("state = 'pending'")),
        Index("uq_orders_checkout_id", "checkout_id", unique=True),
        Index("ix_orders_user_id_id", "user_id", "id"),
        Index("ix_orders_course_id_id", "course_id", "id"),
        Index("ix_orders_state_id", "state", "id"),
        Index("ix_orders_coupon_id", "coupon_id", postgresql_where=text("coupon_id IS NOT NULL")),
        Index("ix_orders_next_check_at", "next_check_at", postgresql_where=text("next_check_at IS NOT NULL")),
    )

    id: Mapped[RowId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    # As of the order, since the account may change, or be emptied; None: placed by an older release.
    buyer_name: Mapped[str | None] = mapped_column(Text)
    buyer_email: Mapped[str | None] = mapped_column(Text)
    course_id: Mapped[CourseId]
    course_title: Mapped[str] = mapped_column(Text)
    course_version: Mapped[int] = mapped_column(Integer)
    price_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("prices.id", ondelete="RESTRICT"))
    coupon_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("coupons.id", ondelete="RESTRICT"))
    subtotal: Mapped[Amount]
    discount: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[Amount]
    currency: Mapped[CurrencyCode]
    state: Mapped[OrderState] = mapped_column(words(OrderState), default=OrderState.PENDING)
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    checkout_id: Mapped[str | None] = mapped_column(String(255))
    checkout_url: Mapped[str | None] = mapped_column(Text)
    checkout_expires_at: Mapped[MaybeInstant]
    checkout_completed_at: Mapped[MaybeInstant]
    accepted_terms_at: Mapped[Instant]
    livemode: Mapped[bool]
    paid_at: Mapped[MaybeInstant]
    # When it expired, failed, or was refunded in full.
    closed_at: Mapped[MaybeInstant]
    # When the reconciliation job asks the vendor about it; None: not any more.
    next_check_at: Mapped[MaybeInstant]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    @property
    def due(self) -> Money:
        """What the buyer pays before tax."""
        return Money(self.subtotal - self.discount, self.currency)
