"""Extensions: later deadlines of homework for single learners and for groups."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.lesson_grant import LessonGrant, constraints
from learnstream.stores.sql import Model


class Extension(LessonGrant, Model):
    """Until when a learner, or each member of a group, has time in the homework of one lesson; None: as everyone."""

    __tablename__ = "extensions"
    __table_args__ = (
        *constraints(__tablename__),
        Index("ix_extensions_due_at", "due_at"),
        CheckConstraint("due_at IS NOT NULL OR accepted_until IS NOT NULL", name="extends"),
    )

    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
