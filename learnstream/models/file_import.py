"""The columns of imports of files: what was asked for, how far it is, and what became of the entries."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, RowId, words
from learnstream.models.event import Imported
from learnstream.models.people_import import ImportState


class FileImport:
    """One import of a file, of things of the kind `imported`.

    `done` is how many of the file's `total` entries, in order, are in `counts`. `errors` are those of the first entries
    that failed, `warnings` what was taken otherwise than the file has it; `refusal` is why the whole file failed.
    """

    imported: ClassVar[Imported]

    id: Mapped[RowId]
    file_id: Mapped[str] = mapped_column(String(24))
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

    @property
    def target(self) -> dict[str, str]:
        """What it is an import into, by the names of ids."""
        return {}


class CourseImport(FileImport):
    """One import of a file into a course."""

    course_id: Mapped[str] = mapped_column(String(24))

    @property
    def target(self) -> dict[str, str]:
        return {"course_id": self.course_id}
