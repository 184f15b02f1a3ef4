"""Imports of questions: what was asked for, how far it is, and what became of the file's questions."""

import enum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.event import Imported
from learnstream.models.file_import import CourseImport
from learnstream.stores.sql import Model


class QuestionFormat(enum.StrEnum):
    """The formats in which questions are imported and exported."""

    CSV = "csv"
    XLSX = "xlsx"
    GIFT = "gift"


class QuestionImport(CourseImport, Model):
    """One import of a file's questions into a course."""

    __tablename__ = "question_imports"
    __table_args__ = (Index("ix_question_imports_course_id_id", "course_id", "id"),)

    imported = Imported.QUESTIONS

    format: Mapped[str | None] = mapped_column(String(10))
