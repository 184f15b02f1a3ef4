"""Extensions: later due dates of homework for single learners and for groups."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId, UpdatedAt
from learnstream.stores.sql import Model


class Extension(Model):
    """Until when a learner, or each member of a group, has time in the homework of one lesson; None: as everyone."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="learner_or_group"),
        CheckConstraint("due_at IS NOT NULL OR accepted_until IS NOT NULL", name="extends"),
        # In this order, because the facts of a seat are read by user and course.
        Index("uq_extensions_user", "user_id", "course_id", "lesson_id", unique=True),
        Index("uq_extensions_group", "group_id", "course_id", "lesson_id", unique=True),
        Index("ix_extensions_lesson_id", "lesson_id", "id"),
    )

    id: Mapped[RowId]
    course_id: Mapped[str] = mapped_column(String(24))
    lesson_id: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    group_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(String(500))
    granted_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
