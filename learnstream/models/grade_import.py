"""Imports of grades: what was asked for, how far it is, and what became of the file's rows."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.event import Imported
from learnstream.models.file_import import CourseImport
from learnstream.stores.sql import Model


class GradeImport(CourseImport, Model):
    """One import of a file's grades into a lesson's submissions."""

    __tablename__ = "grade_imports"
    __table_args__ = (Index("ix_grade_imports_lesson_id_id", "lesson_id", "id"),)

    imported = Imported.GRADES

    lesson_id: Mapped[str] = mapped_column(String(24))

    @property
    def target(self) -> dict[str, str]:
        return {**super().target, "lesson_id": self.lesson_id}
