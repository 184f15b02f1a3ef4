"""Grants of seats: each reason for which a user has access to a course."""

import enum
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, DateTime, ForeignKey, Index, String, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, Instant, RowId, UpdatedAt, words
from learnstream.models.enrollment import SeatSource
from learnstream.stores.sql import Model


class GrantState(enum.StrEnum):
    """The state of a grant; only a live one gives access."""

    LIVE = "live"
    UPCOMING = "upcoming"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    ENDED = "ended"


class SeatGrant(Model):
    """One reason for a seat. `enrollments` is derived from the live ones: those that have begun, and are neither expired,
    suspended nor ended.

    Of each reason, a user has at most one grant in a course that has not ended. An order pays for one grant, ever.
    """

    __tablename__ = "seat_grants"
    __table_args__ = (
        Index(
            "uq_seat_grants_reason",
            "user_id",
            "course_id",
            "source",
            "source_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("uq_seat_grants_payment", "source_id", unique=True, postgresql_where=text("source = 'payment'")),
        Index("ix_seat_grants_user_course", "user_id", "course_id"),
        *(
            Index(
                f"ix_seat_grants_{source}",
                *("source_id", "course_id", "user_id"),
                postgresql_where=text(f"source = '{source}' AND ended_at IS NULL"),
            )
            for source in ("group", "program")
        ),
    )

    id: Mapped[RowId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    course_id: Mapped[str] = mapped_column(String(24))
    source: Mapped[SeatSource] = mapped_column(words(SeatSource))
    # The id of the group, program, order or invitation; None for `self` and `admin`.
    source_id: Mapped[int | None] = mapped_column(BigInteger)
    starts_at: Mapped[Instant]
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    suspended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The user who ended it; None if a job did.
    ended_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    @classmethod
    def is_live(cls, at: datetime) -> ColumnElement[bool]:
        """True if the grant gives access to the course at that instant."""
        unexpired = or_(cls.expires_at.is_(None), cls.expires_at > at)
        return and_(cls.ended_at.is_(None), cls.suspended_at.is_(None), cls.starts_at <= at, unexpired)

    @classmethod
    def is_for(cls, source: SeatSource, source_id: int | None) -> ColumnElement[bool]:
        """True if this is the grant's reason."""
        return and_(cls.source == source, cls.source_id.is_not_distinct_from(source_id))

    def state(self, at: datetime) -> GrantState:
        """Return whether it counts at that instant, and if not, why."""
        if self.ended_at is not None:
            return GrantState.ENDED
        if self.expires_at is not None and self.expires_at <= at:
            return GrantState.EXPIRED
        if self.suspended_at is not None:
            return GrantState.SUSPENDED
        return GrantState.UPCOMING if self.starts_at > at else GrantState.LIVE
