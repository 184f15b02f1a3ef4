"""Groups of learners, such as classes."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    false,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from learnstream.models.columns import CreatedAt, Instant, RowId, UpdatedAt
from learnstream.models.program import Program
from learnstream.stores.sql import Model

MAX_GROUP_NAME, MAX_GROUP_CODE = 100, 40  # characters


class Group(Model):
    """A group. `code_key` is the canonical form of `code`, which no other group has."""

    __tablename__ = "groups"
    __table_args__ = (
        Index("uq_groups_code_key", "code_key", unique=True),
        Index("ix_groups_name_lower", text("lower(name)"), "id"),
    )

    id: Mapped[RowId]
    name: Mapped[str] = mapped_column(String(MAX_GROUP_NAME))
    code: Mapped[str] = mapped_column(String(MAX_GROUP_CODE))
    code_key: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Since then it is hidden; the row is deleted when all its seats have been ended.
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    @classmethod
    def is_active(cls) -> ColumnElement[bool]:
        """True if members have what the group is given: it is neither archived nor deleted."""
        return and_(cls.archived_at.is_(None), cls.deleted_at.is_(None))


class GroupMember(Model):
    """A membership, of which a user has at most one in a group that has not ended."""

    __tablename__ = "group_members"
    __table_args__ = (
        Index("uq_group_members_present", "group_id", "user_id", unique=True, postgresql_where=text("left_at IS NULL")),
        Index("ix_group_members_user_id", "user_id", "group_id"),
    )

    id: Mapped[RowId]
    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    joined_at: Mapped[Instant]
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # By an administrator's own hand, so that no import puts the user back.
    taken_out: Mapped[bool] = mapped_column(default=False, server_default=false())

    @classmethod
    def includes(cls, user_id: InstrumentedAttribute[int], group_id: int) -> ColumnElement[bool]:
        """True if a user is in a group."""
        return user_id.in_(select(cls.user_id).where(cls.group_id == group_id, cls.left_at.is_(None)))


class _Given:
    """What a group is given: its members have seats from `starts_at` until `expires_at`."""

    id: Mapped[RowId]
    mandatory: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Seats from before then get these dates.
    changed_at: Mapped[Instant]
    created_at: Mapped[CreatedAt]


class GroupCourse(_Given, Model):
    """A course that a group is given. `closed_at` is when giving seats failed because it was not open to new learners."""

    __tablename__ = "group_courses"
    __table_args__ = (Index("uq_group_courses_group_id_course_id", "group_id", "course_id", unique=True),)

    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(24))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class GroupProgram(_Given, Model):
    """A program that a group is given: all its courses, or, if it is sequential, those that a member has reached."""

    __tablename__ = "group_programs"
    __table_args__ = (
        Index("uq_group_programs_group_id_program_id", "group_id", "program_id", unique=True),
        Index("ix_group_programs_program_id", "program_id"),
    )

    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"))
    program_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("programs.id", ondelete="CASCADE"))
    program: Mapped[Program] = relationship(lazy="joined", innerjoin=True, viewonly=True)


class GroupStaff(Model):
    """An instructor who sees a group's learners and their progress in its courses."""

    __tablename__ = "group_staff"
    __table_args__ = (Index("ix_group_staff_user_id", "user_id"),)

    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    created_at: Mapped[CreatedAt]
