"""Subjects, such as physics, in which courses stand, and their teachers."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Mapped, column_property, mapped_column

from learnstream.models.columns import CreatedAt, UpdatedAt
from learnstream.stores.sql import Model

MAX_NAME = 80
MAX_CODE = 40


class SubjectTeacher(Model):
    """A teacher of a subject, who is staff of all its courses."""

    __tablename__ = "subject_teachers"

    subject_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    created_at: Mapped[CreatedAt]


class Subject(Model):
    """A subject. `name_key` is the canonical form of its name; no two subjects' names or codes differ only in case."""

    __tablename__ = "subjects"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    code: Mapped[str | None] = mapped_column(String(MAX_CODE))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    teacher_ids: Mapped[Sequence[int]] = column_property(
        func.coalesce(
            select(func.array_agg(aggregate_order_by(SubjectTeacher.user_id, SubjectTeacher.user_id)))
            .where(SubjectTeacher.subject_id == id)  # noqa: A003 - the column
            .correlate_except(SubjectTeacher)
            .scalar_subquery(),
            cast([], ARRAY(BigInteger)),
        )
    )


Index("uq_subjects_code", func.lower(Subject.code), unique=True)
