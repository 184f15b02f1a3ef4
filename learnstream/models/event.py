"""The event feed, for followers in this system and for other systems, in order of publication."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, Instant, RowId
from learnstream.stores.sql import Model


class EventType(enum.StrEnum):
    """The types of events; `schemas.foundation.events` describes the data of each."""

    ENROLLMENT_CREATED = "enrollment.created"
    ENROLLMENT_WITHDRAWN = "enrollment.withdrawn"
    LESSON_COMPLETED = "lesson.completed"
    COURSE_COMPLETED = "course.completed"
    ATTEMPT_SUBMITTED = "attempt.submitted"
    ATTEMPT_RESULT_CHANGED = "attempt.result_changed"
    ATTEMPT_MARKED = "attempt.marked"
    SUBMISSION_SUBMITTED = "submission.submitted"
    GRADES_RELEASED = "grades.released"
    BOOK_CHANGED = "book.changed"
    REVIEW_REPLIED = "review.replied"
    REVIEW_HIDDEN = "review.hidden"
    GRADE_CHANGED = "grade.changed"
    WORK_DUE = "work.due"
    SEAT_ENDING = "seat.ending"
    ORDER_PAID = "order.paid"
    ORDER_REFUNDED = "order.refunded"
    PAYMENT_DISPUTED = "payment.disputed"
    PAYMENT_WARNED = "payment.warned"
    ANNOUNCEMENT_PUBLISHED = "announcement.published"
    ANNOUNCEMENT_WITHDRAWN = "announcement.withdrawn"
    IMPORT_FINISHED = "import.finished"
    MAIL_FAILING = "mail.failing"
    PROGRESS_RESET = "progress.reset"
    COURSE_PUBLISHED = "course.published"
    COURSE_LEARNERS_MOVED = "course.learners_moved"
    COURSE_ARCHIVED = "course.archived"
    COURSE_REOPENED = "course.reopened"
    INVITATION_ACCEPTED = "invitation.accepted"
    USER_REGISTERED = "user.registered"
    USER_ROLE_CHANGED = "user.role_changed"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    USER_EMAIL_CHANGED = "user.email_changed"
    USER_PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 - the name of a fact
    USER_SECOND_FACTOR_ENABLED = "user.second_factor_enabled"
    USER_SECOND_FACTOR_DISABLED = "user.second_factor_disabled"
    USER_RECOVERY_CODE_USED = "user.recovery_code_used"
    USER_NEW_DEVICE = "user.new_device"


class ChangeOfGrade(enum.StrEnum):
    """What changed a grade that its learner sees, in `GRADE_CHANGED`."""

    REGRADED = "regraded"
    LATE_ANSWERS = "late_answers"
    VOIDED = "voided"
    LATENESS = "lateness"
    OVERRIDDEN = "overridden"
    EXCUSED = "excused"
    CLEARED = "cleared"


class Imported(enum.StrEnum):
    """What is imported from files."""

    PEOPLE = "people"
    QUESTIONS = "questions"
    GRADES = "grades"
    BOOKS = "books"


class ImportOutcome(enum.StrEnum):
    """How an import ended. A file of which some rows failed is done; an undone one was done before."""

    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class WorkKind(enum.StrEnum):
    """What is due."""

    ASSIGNMENT = "assignment"
    QUIZ = "quiz"


class Event(Model):
    """One event, recorded in the transaction that causes it, once per `event_id`.

    `position` is its place in the feed. It is assigned when the event is published, after its commit, so that the feed
    is append-only; `id` only reflects the order in which transactions began to write.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("uq_events_event_id", "event_id", unique=True),
        Index("uq_events_position", "position", unique=True),
        Index("ix_events_unpublished", "id", postgresql_where=text("position IS NULL")),
    )

    id: Mapped[RowId]
    event_id: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(60))  # an EventType; no CHECK, so that a new type needs no migration
    occurred_at: Mapped[Instant]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_at: Mapped[CreatedAt]
    position: Mapped[int | None] = mapped_column(BigInteger)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
