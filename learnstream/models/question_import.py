"""Imports of questions: what was asked for, how far it is, and what became of the file's questions."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId, words
from learnstream.models.people_import import ImportState
from learnstream.stores.sql import Model


class QuestionFormat(enum.StrEnum):
    """The formats in which questions are imported and exported."""

    CSV = "csv"
    XLSX = "xlsx"
    GIFT = "gift"


class QuestionImport(Model):
    """One import of a file's questions into a course.

    `done` is how many of the file's `total` questions, in order, are in `counts`. `errors` are those of the first questions
    that failed, `warnings` what was taken otherwise than the file has it; `refusal` is why the whole file failed.
    """

    __tablename__ = "question_imports"
    __table_args__ = (Index("ix_question_imports_course_id_id", "course_id", "id"),)

    id: Mapped[RowId]
    course_id: Mapped[str] = mapped_column(String(24))
    file_id: Mapped[str] = mapped_column(String(24))
    format: Mapped[str | None] = mapped_column(String(10))
    dry_run: Mapped[bool]
    created_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    state: Mapped[ImportState] = mapped_column(words(ImportState), default=ImportState.QUEUED)
    total: Mapped[int | None] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    refusal: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
