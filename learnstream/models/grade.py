"""Grades of record: a learner's result in a lesson that is graded, and how it came to change."""

import enum
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import Instant, RowId, UpdatedAt, words
from learnstream.stores.sql import Model

Points = Annotated[Decimal | None, mapped_column(Numeric(12, 4))]


class GradeKind(enum.StrEnum):
    """The kinds of lessons that are graded."""

    QUIZ = "quiz"
    ASSIGNMENT = "assignment"


class GradeCause(enum.StrEnum):
    """What changed a grade: a result, its lateness, its release, or a person who set, excused or restored it."""

    RESULT = "result"
    LATENESS = "lateness"
    RELEASED = "released"
    OVERRIDDEN = "overridden"
    EXCUSED = "excused"
    CLEARED = "cleared"


class Grade(Model):
    """A learner's grade in a lesson, one row per user and lesson, computed from their attempts or submissions.

    `points` are those of the result that counts, after the `penalty` for lateness, in percent of the `raw_points`; while
    parts are `awaiting` marking, they are a lower bound, and None before any is marked. Learners see those of an
    assignment as of its last release, `released_points`; a quiz's review policy decides when they see its `points`.

    An override takes the place of the computed points, which go on being computed; an excused lesson does not count.
    Learners see both since `override_released_at`: in an assignment whose grade is held back, since its release.

    `source_id` is the attempt or submission that the points are of, in its revision `source_revision`. `revision` counts
    the changes.
    """

    __tablename__ = "grades"
    __table_args__ = (
        CheckConstraint("NOT (excused AND override_points IS NOT NULL)", name="one_exception"),
        Index("uq_grades_user_lesson", "user_id", "lesson_id", unique=True),
        Index("ix_grades_course_user_lesson", "course_id", "user_id", "lesson_id"),
        Index(
            "ix_grades_held_overrides",
            "lesson_id",
            postgresql_where=text("override_at IS NOT NULL AND override_released_at IS NULL"),
        ),
    )

    id: Mapped[RowId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    course_id: Mapped[str] = mapped_column(String(24))
    lesson_id: Mapped[str] = mapped_column(String(24))
    kind: Mapped[GradeKind] = mapped_column(words(GradeKind))
    points: Mapped[Points]
    max_points: Mapped[Points]
    raw_points: Mapped[Points]
    late_seconds: Mapped[int] = mapped_column(BigInteger, default=0)
    penalty: Mapped[Points]
    released_points: Mapped[Points]
    released_max_points: Mapped[Points]
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    awaiting: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    source_id: Mapped[str | None] = mapped_column(String(24))
    source_revision: Mapped[int | None] = mapped_column(Integer)
    excused: Mapped[bool] = mapped_column(default=False)
    override_points: Mapped[Points]
    override_max_points: Mapped[Points]
    override_reason: Mapped[str | None] = mapped_column(String(500))
    override_by: Mapped[int | None] = mapped_column(BigInteger)
    override_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    override_released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revision: Mapped[int] = mapped_column(Integer, default=0)
    updated_at: Mapped[UpdatedAt]


class GradeChange(Model):
    """A change of a grade, written once: who or, if `by` is None, which result changed it, and the points that count.

    Points are None for none, and in an excused lesson. `shown`: learners may see the change, in a quiz as far as its
    review policy lets them see results.
    """

    __tablename__ = "grade_changes"
    # The row of the grade is locked while its revision is counted: what was recorded cannot be recorded again.
    __table_args__ = (Index("uq_grade_changes_grade_revision", "grade_id", "revision", unique=True),)

    id: Mapped[RowId]
    grade_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("grades.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(Integer)
    at: Mapped[Instant]
    by: Mapped[int | None] = mapped_column(BigInteger)
    cause: Mapped[GradeCause] = mapped_column(words(GradeCause))
    before_points: Mapped[Points]
    after_points: Mapped[Points]
    max_points: Mapped[Points]
    reason: Mapped[str | None] = mapped_column(String(500))
    source_id: Mapped[str | None] = mapped_column(String(24))
    source_revision: Mapped[int | None] = mapped_column(Integer)
    shown: Mapped[bool] = mapped_column(default=False)
