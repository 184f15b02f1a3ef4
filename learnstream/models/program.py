"""Programs: courses in an order, which learners are enrolled in together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, String, Text, cast, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Mapped, column_property, mapped_column

from learnstream.models.columns import CreatedAt, UpdatedAt
from learnstream.stores.sql import Model

MAX_TITLE = 200


class ProgramCourse(Model):
    """A course of a program; `position` counts from 0.

    `closed_at` is when a group's members could not be given it because it was not open to new learners.
    """

    __tablename__ = "program_courses"

    program_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[str] = mapped_column(String(24), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ProgramMember(Model):
    """A learner who is enrolled in a program itself, by an administrator."""

    __tablename__ = "program_members"

    program_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    enrolled_at: Mapped[CreatedAt]


class Program(Model):
    """A program. If it is `sequential`, a course opens to a learner when they have completed the one before."""

    __tablename__ = "programs"
    __table_args__ = (Index("ix_programs_title_lower", text("lower(title)"), "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str] = mapped_column(String(MAX_TITLE))
    description: Mapped[str] = mapped_column(Text, default="")
    cover: Mapped[str] = mapped_column(Text, default="", server_default="")
    sequential: Mapped[bool] = mapped_column(default=False)
    published: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    course_ids: Mapped[Sequence[str]] = column_property(
        func.coalesce(
            select(func.array_agg(aggregate_order_by(ProgramCourse.course_id, ProgramCourse.position)))
            .where(ProgramCourse.program_id == id)  # noqa: A003 - the column
            .correlate_except(ProgramCourse)
            .scalar_subquery(),
            cast([], ARRAY(String(24))),
        )
    )
