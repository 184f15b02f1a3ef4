"""Subjects, such as physics, in which courses stand."""

from sqlalchemy import Index, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId, UpdatedAt
from learnstream.stores.sql import Model

MAX_NAME = 80
MAX_CODE = 40


class Subject(Model):
    """A subject. `name_key` is the canonical form of its name; no two subjects' names or codes differ only in case."""

    __tablename__ = "subjects"

    id: Mapped[RowId]
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    code: Mapped[str | None] = mapped_column(String(MAX_CODE))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


Index("uq_subjects_code", func.lower(Subject.code), unique=True)
