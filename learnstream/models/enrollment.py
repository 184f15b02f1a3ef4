"""Enrollments: which user takes which course, and in which version."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    and_,
    func,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import Instant, RowId, UpdatedAt, words
from learnstream.stores.sql import Model


class SeatSource(enum.StrEnum):
    """Reasons for which a learner has a seat."""

    SELF = "self"
    GROUP = "group"
    ADMIN = "admin"
    PAYMENT = "payment"
    PROGRAM = "program"
    INVITATION = "invitation"


class SeatStatus(enum.StrEnum):
    """An enrollment's status; a completed one still gives access to the course."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


class Enrollment(Model):
    """A learner's enrollment in a course: one row per user and course, derived from the grants of the seat.

    A trigger keeps its columns consistent on every write: an enrollment that is not withdrawn is `completed` if it has a
    `completed_at`, else `active`, and has no `ended_at`. A second trigger takes over into the grants what the previous
    release writes: it does not know `derivation`, which each derivation increments.
    """

    __tablename__ = "enrollments"
    __table_args__ = (
        Index("uq_enrollments_user_course", "user_id", "course_id", unique=True),
        Index("ix_enrollments_course_version", "course_id", "course_version", "user_id"),
        Index("ix_enrollments_user_enrolled_at", "user_id", "enrolled_at"),
        Index("ix_enrollments_course_enrolled_at", "course_id", "enrolled_at"),
        Index("ix_enrollments_course_drips_from", "course_id", text("coalesce(drip_from, enrolled_at)")),
        Index("ix_enrollments_enrolled_at", "enrolled_at"),
        Index("ix_enrollments_updated_at", "updated_at", "id"),
        Index("ix_enrollments_next_change_at", "next_change_at", postgresql_where=text("next_change_at IS NOT NULL")),
        Index(
            "ix_enrollments_untold_ends",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL AND expires_at IS DISTINCT FROM told_end"),
        ),
    )

    id: Mapped[RowId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    course_id: Mapped[str] = mapped_column(String(24))
    course_version: Mapped[int] = mapped_column(Integer)
    # The reason that holds longest, and all of them; of one that is over, those that held it last.
    source: Mapped[SeatSource] = mapped_column(words(SeatSource), default=SeatSource.SELF)
    sources: Mapped[Sequence[str]] = mapped_column(ARRAY(String(20)))
    status: Mapped[SeatStatus] = mapped_column(words(SeatStatus), default=SeatStatus.ACTIVE)
    enrolled_at: Mapped[Instant]
    # Of a renewed enrollment: the original start, from which `after_days` still counts. None: `enrolled_at`.
    drip_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The end for which `seat.ending` is recorded, which is not repeated unless the end changes.
    told_end: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # When it was withdrawn or revoked; None again after a renewal.
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # When the last remaining lesson was completed; permanent, whatever later versions add.
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # How often an instructor reset the learner's progress. Completing the course after that is a new completion.
    resets: Mapped[int] = mapped_column(Integer, server_default="0")
    # When a grant begins, or ends before another one that holds: the row must be derived anew then.
    next_change_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # While set, nobody but an administrator gives the user a seat in the course.
    barred_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    derivation: Mapped[int] = mapped_column(Integer, server_default="0")
    updated_at: Mapped[UpdatedAt]

    @classmethod
    def drips_from(cls) -> ColumnElement[datetime]:
        """Return the instant from which the `after_days` of lessons count."""
        return func.coalesce(cls.drip_from, cls.enrolled_at)

    def opens(self, at: datetime) -> bool:
        """Return for a loaded enrollment what `is_live` tests in SQL."""
        return self.status is not SeatStatus.WITHDRAWN and (self.expires_at is None or self.expires_at > at)

    @classmethod
    def is_over(cls, at: datetime) -> ColumnElement[bool]:
        """True if the enrollment no longer gives access to its course at that instant: withdrawn or expired."""
        return or_(cls.status == SeatStatus.WITHDRAWN, cls.expires_at <= at)

    @classmethod
    def is_live(cls, at: datetime) -> ColumnElement[bool]:
        """True if the enrollment gives access to its course at that instant. Not `~is_over`: the end may be NULL."""
        return and_(cls.status != SeatStatus.WITHDRAWN, or_(cls.expires_at.is_(None), cls.expires_at > at))
