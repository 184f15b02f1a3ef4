"""Accommodations: the extra time and attempts that learners have in quizzes."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId, UpdatedAt
from learnstream.stores.sql import Model

MAX_TIME_FACTOR = 5


class Accommodation(Model):
    """What a learner has in all quizzes of all courses. `note` is for administrators."""

    __tablename__ = "accommodations"
    __table_args__ = (CheckConstraint(f"time_factor BETWEEN 1 AND {MAX_TIME_FACTOR}", name="time_factor"),)

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    time_factor: Mapped[Decimal] = mapped_column(Numeric(3, 2))
    note: Mapped[str] = mapped_column(String(500), default="")
    granted_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class QuizAccommodation(Model):
    """What a learner, or each member of a group, has in the quiz of one lesson."""

    __tablename__ = "quiz_accommodations"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="learner_or_group"),
        CheckConstraint("extra_seconds >= 0 AND extra_attempts >= 0", name="adds"),
        # In this order, because the facts of a seat are read by user and course.
        Index("uq_quiz_accommodations_user", "user_id", "course_id", "lesson_id", unique=True),
        Index("uq_quiz_accommodations_group", "group_id", "course_id", "lesson_id", unique=True),
        Index("ix_quiz_accommodations_lesson_id", "lesson_id", "id"),
    )

    id: Mapped[RowId]
    course_id: Mapped[str] = mapped_column(String(24))
    lesson_id: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    group_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"))
    extra_seconds: Mapped[int] = mapped_column(Integer, default=0)
    extra_attempts: Mapped[int] = mapped_column(Integer, default=0)
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(String(500))
    granted_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
