"""Imports of people: what was asked for, how far it is, and what became of the rows."""

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, String, false, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column

from learnstream.models.columns import CreatedAt, RowId, words
from learnstream.stores.sql import Model


class ImportState(enum.StrEnum):
    """Queued until a worker begins; failed if the file as a whole could not be imported."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportKind(enum.StrEnum):
    """What an import is for: accounts, or one group's members."""

    USERS = "users"
    GROUP_MEMBERS = "group_members"


class ImportMode(enum.StrEnum):
    """Whether those who are missing in the file stay in the group, or leave it."""

    ADD = "add"
    SYNC = "sync"


class PeopleImport(Model):
    """One import of people from a file. `group_id` is that of the group that members are imported for, while it exists.

    `rows` are the numbers of the rows whose outcome is in `counts` already, `done` of `total`. `errors` are
    those of the first rows that failed, `refusal` is why the whole file did. `table` says how the file was read.
    """

    __tablename__ = "people_imports"

    id: Mapped[RowId]
    file_id: Mapped[str] = mapped_column(String(24))
    kind: Mapped[ImportKind] = mapped_column(words(ImportKind), server_default=ImportKind.USERS)
    group_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="SET NULL"))
    mode: Mapped[ImportMode] = mapped_column(words(ImportMode), server_default=ImportMode.ADD)
    force: Mapped[bool] = mapped_column(server_default=false())
    dry_run: Mapped[bool]
    invite: Mapped[bool] = mapped_column(server_default=false())
    created_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    state: Mapped[ImportState] = mapped_column(words(ImportState), default=ImportState.QUEUED)
    total: Mapped[int | None] = mapped_column(Integer)
    rows: Mapped[Sequence[int]] = mapped_column(ARRAY(Integer), default=list)
    # Counted there: a page of lists of 20,000 rows each took 3 s and 90 MB.
    done: Mapped[int] = column_property(func.cardinality(rows))
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    table: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    refusal: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
