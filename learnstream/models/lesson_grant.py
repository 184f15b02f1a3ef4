"""The columns of what is granted to single learners and to groups in one lesson."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId, UpdatedAt


class LessonGrant:
    """What a learner, or each member of a group, is granted in a lesson. One of `user_id` and `group_id` is set."""

    __tablename__: str

    id: Mapped[RowId]
    course_id: Mapped[str] = mapped_column(String(24))
    lesson_id: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    group_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(500))
    granted_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


def constraints(table: str) -> tuple[Any, ...]:
    """Return the constraints and indexes that these columns have in a table."""
    return (
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="learner_or_group"),
        # In this order, because the facts of a seat are read by user and course.
        Index(f"uq_{table}_user", "user_id", "course_id", "lesson_id", unique=True),
        Index(f"uq_{table}_group", "group_id", "course_id", "lesson_id", unique=True),
        Index(f"ix_{table}_lesson_id", "lesson_id", "id"),
    )
