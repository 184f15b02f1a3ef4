"""Exceptions granted to individual learners, which override the outline's conditions."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId, UpdatedAt
from learnstream.stores.sql import Model


class SeatOverride(Model):
    """When a lesson or module opens for one enrollment, and whether its prerequisites apply.

    Without `unlocks_at`, the outline's release applies.
    """

    __tablename__ = "seat_overrides"
    __table_args__ = (Index("uq_seat_overrides_enrollment_target", "enrollment_id", "target_id", unique=True),)

    id: Mapped[RowId]
    enrollment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("enrollments.id", ondelete="CASCADE"))
    target_id: Mapped[str] = mapped_column(String(24))  # of a lesson or a module
    unlocks_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    without_prerequisites: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(500))
    granted_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
