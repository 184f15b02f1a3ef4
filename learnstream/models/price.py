"""Prices of courses."""

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CourseId, CreatedAt, RowId
from learnstream.stores.sql import Model
from learnstream.text.money import Money


class Price(Model):
    """What a course costs from `created_at` on. Rows are never changed: the newest of a course applies.

    Without an amount, the course is free again.
    """

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("(amount IS NULL) = (currency IS NULL) AND (amount IS NULL OR amount > 0)", name="whole"),
        Index("ix_prices_course_id_id", "course_id", "id"),
    )

    id: Mapped[RowId]
    course_id: Mapped[CourseId]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]

    @property
    def money(self) -> Money | None:
        """What the course costs; None if it is free again."""
        return Money(self.amount, self.currency) if self.amount is not None and self.currency else None
