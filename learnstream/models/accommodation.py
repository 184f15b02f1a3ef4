"""Accommodations: the extra time and attempts that learners have in quizzes."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, UpdatedAt
from learnstream.models.lesson_grant import LessonGrant, constraints
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


class QuizAccommodation(LessonGrant, Model):
    """What a learner, or each member of a group, has in the quiz of one lesson."""

    __tablename__ = "quiz_accommodations"
    __table_args__ = (
        *constraints(__tablename__),
        Index("ix_quiz_accommodations_closes_at", "closes_at"),
        CheckConstraint("extra_seconds >= 0 AND extra_attempts >= 0", name="adds"),
    )

    extra_seconds: Mapped[int] = mapped_column(Integer, default=0)
    extra_attempts: Mapped[int] = mapped_column(Integer, default=0)
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
