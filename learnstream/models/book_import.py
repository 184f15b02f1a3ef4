"""Imports of books: what was asked for, how far it is, what became of the file's rows, and of undoing it."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.event import Imported
from learnstream.models.file_import import FileImport
from learnstream.models.people_import import ImportState
from learnstream.stores.sql import Model


class UndoState(enum.StrEnum):
    """How far undoing an import is."""

    RUNNING = "running"
    DONE = "done"


class BookImport(FileImport, Model):
    """One import of a file of books.

    Undoing it has handled its books up to the id `undone_through`, of which `undone` counts the outcomes; `left` are
    those that it left as they are, with the reason.
    """

    __tablename__ = "book_imports"
    __table_args__ = (Index("ix_book_imports_created_by_id", "created_by", "id"),)

    imported = Imported.BOOKS

    undo_requested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undo_requested_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    undone_through: Mapped[str | None] = mapped_column(String(24))
    undone: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    left: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def undo_state(self) -> UndoState | None:
        """How far undoing it is; None if nobody has asked for it."""
        if self.undo_requested_at is None:
            return None
        return UndoState.DONE if self.undone_at else UndoState.RUNNING

    @property
    def has_ended(self) -> bool:
        """True if no row will be imported any more."""
        return self.state in (ImportState.DONE, ImportState.FAILED)
