"""Notices of events that concern a single learner of a course."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.models import AuditEntry, Enrollment, SeatSource
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import titles
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell
from learnstream.stores.sql import db

# The other reasons for a seat are acts of the learner's own.
GIVEN = {SeatSource.GROUP, SeatSource.PROGRAM, SeatSource.ADMIN}


def seat_given(event: FeedEvent) -> None:
    """Tell a learner that they were enrolled, unless they did it themselves or are not any more."""
    seat = _seat(event.data)
    if event.data["source"] in GIVEN and seat is not None and seat.opens(now()):
        actor = _granted_by(seat) if event.data["source"] == SeatSource.ADMIN else None
        _tell(event, NoticeKind.SEAT_GIVEN, seat, actor=actor, bundle="seats")


def seat_ending(event: FeedEvent) -> None:
    """Tell a learner when an enrollment ends, unless that has changed."""
    seat, ends_at = _seat(event.data), datetime.fromisoformat(event.data["ends_at"])
    if seat is not None and seat.opens(now()) and seat.expires_at == ends_at:
        _tell(event, NoticeKind.SEAT_ENDING, seat, ends_at=ends_at)


def work_due(event: FeedEvent) -> None:
    """Tell a learner what is due within a day."""
    seat, due_at = _seat(event.data), datetime.fromisoformat(event.data["due_at"])
    if seat is not None and seat.opens(now()) and due_at > now():
        _tell(event, NoticeKind.DUE_TOMORROW, seat, due_at=due_at)


def grades_released(event: FeedEvent) -> None:
    """Tell a learner that they see a grade of their work."""
    if seat := _seat(event.data):
        _tell(event, NoticeKind.GRADES_RELEASED, seat, actor=event.data.get("by"))


def grade_changed(event: FeedEvent) -> None:
    """Tell a learner that a grade that they have seen has changed."""
    if seat := _seat(event.data):
        _tell(event, NoticeKind.GRADE_CHANGED, seat, actor=event.data["by"], bundle=event.data["lesson_id"])


def _seat(data: Mapping[str, Any]) -> Enrollment | None:
    of_learner = (Enrollment.user_id == data["user_id"], Enrollment.course_id == data["course_id"])
    return db.session.scalar(select(Enrollment).where(*of_learner), execution_options={"populate_existing": True})


def _granted_by(seat: Enrollment) -> int | None:
    """Return the administrator who gave a seat most recently."""
    of_seat = (AuditEntry.target_kind == "enrollment", AuditEntry.target_id == str(seat.id))
    granted = select(AuditEntry.actor_id).where(*of_seat, AuditEntry.action == "enrollment.granted")
    return db.session.scalar(granted.order_by(AuditEntry.id.desc()).limit(1))


def _tell(
    event: FeedEvent,
    kind: NoticeKind,
    seat: Enrollment,
    *,
    actor: int | None = None,
    bundle: str | None = None,
    **times: datetime,
) -> None:
    """Tell a learner of something in a course, and in a lesson of it if the event names one."""
    course_id, lesson_id = seat.course_id, event.data.get("lesson_id")
    facts, about = {"course": titles.of_course(course_id)}, target(TargetKind.COURSE, course_id)
    if lesson_id:
        facts["lesson"], about = titles.of_lesson(seat, lesson_id), target(TargetKind.LESSON, lesson_id)
    # What was deleted, or is not in the learner's version any more, cannot be opened.
    if None not in facts.values():
        news = News(kind, event.id, about, facts | times, course_id=course_id, actor=actor, bundle=bundle)
        tell(news, [seat.user_id])
