"""Coupons, and their uses by orders."""

import enum
from collections.abc import Sequence

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, MaybeInstant, RowId, UpdatedAt, words
from learnstream.stores.sql import Model

MAX_CODE = 40


class CouponUseState(enum.StrEnum):
    """Held by an open order, kept by one that was paid, given back by one that expired or failed."""

    HELD = "held"
    KEPT = "kept"
    GIVEN_BACK = "given_back"


class Coupon(Model):
    """A discount: either in percent, or of an amount in a currency; for some courses or, with None, for all.

    `code_key` is the canonical form of the code: no two codes differ only in case.
    """

    __tablename__ = "coupons"
    __table_args__ = (
        CheckConstraint("(percent IS NULL) <> (amount_off IS NULL)", name="one_discount"),
        CheckConstraint("(amount_off IS NULL) = (currency IS NULL)", name="currency"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("amount_off > 0", name="positive"),
    )

    id: Mapped[RowId]
    code: Mapped[str] = mapped_column(String(MAX_CODE))
    code_key: Mapped[str] = mapped_column(Text, unique=True)
    percent: Mapped[int | None] = mapped_column(Integer)
    amount_off: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    course_ids: Mapped[Sequence[str] | None] = mapped_column(ARRAY(String(24)))
    starts_at: Mapped[MaybeInstant]
    ends_at: Mapped[MaybeInstant]
    max_uses: Mapped[int | None] = mapped_column(Integer)
    max_uses_per_user: Mapped[int | None] = mapped_column(Integer)
    archived_at: Mapped[MaybeInstant]
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class CouponUse(Model):
    """The use of a coupon by an order. Those that were not given back count towards the coupon's limits."""

    __tablename__ = "coupon_uses"
    __table_args__ = (
        Index("uq_coupon_uses_order_id", "order_id", unique=True),
        Index("ix_coupon_uses_coupon_id_user_id", "coupon_id", "user_id"),
    )

    id: Mapped[RowId]
    coupon_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("coupons.id", ondelete="RESTRICT"))
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    state: Mapped[CouponUseState] = mapped_column(words(CouponUseState), default=CouponUseState.HELD)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
