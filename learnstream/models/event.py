"""News for other systems: what happened, in the order in which it was published."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, Instant, RowId
from learnstream.stores.sql import Model


class EventType(enum.StrEnum):
    """What may happen; `schemas.event` says what each tells."""

    ENROLLMENT_CREATED = "enrollment.created"
    ENROLLMENT_WITHDRAWN = "enrollment.withdrawn"
    LESSON_COMPLETED = "lesson.completed"
    COURSE_COMPLETED = "course.completed"
    COURSE_PUBLISHED = "course.published"
    COURSE_ARCHIVED = "course.archived"
    COURSE_REOPENED = "course.reopened"


class Event(Model):
    """One thing that happened: recorded in the transaction of the act itself, once for an `event_id`.

    `position` is its place in the feed. It is given when the event is published, after its commit, so that the feed
    grows at its end alone; `id` is only the order in which transactions began to write.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("uq_events_event_id", "event_id", unique=True),
        Index("uq_events_position", "position", unique=True),
        Index("ix_events_unpublished", "id", postgresql_where=text("position IS NULL")),
    )

    id: Mapped[RowId]
    event_id: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(60))  # an EventType; no check, so that a new one needs no migration
    occurred_at: Mapped[Instant]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_at: Mapped[CreatedAt]
    position: Mapped[int | None] = mapped_column(BigInteger)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
