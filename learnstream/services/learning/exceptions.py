"""Exceptions that instructors grant to single learners, each with a reason for the audit log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.learning import NoSuchOverride, NothingToOverride
from learnstream.models import Enrollment, EventType, SeatOverride, SeatStatus
from learnstream.policies import entitlements, gates
from learnstream.services.authoring import courses
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Lesson
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation import audit, events
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import LessonContext
from learnstream.stores.sql import after_commit, db


def list_overrides(*, user_id: int, course_id: str) -> Sequence[SeatOverride]:
    """Return a learner's overrides, latest first.

    Raises:
        NotFound: `not_enrolled`.
    """
    seat = enrollments.find(user_id=user_id, course_id=course_id)
    query = select(SeatOverride).where(SeatOverride.enrollment_id == seat.id).order_by(SeatOverride.id.desc())
    return db.session.scalars(query).all()


def set_override(
    *,
    user_id: int,
    course_id: str,
    target_id: str,
    unlocks_at: datetime | None,
    without_prerequisites: bool,
    reason: str,
    granted_by: int,
) -> SeatOverride:
    """Open a lesson or module to one learner at a different time, or without its prerequisites.

    Raises:
        NotFound: `not_enrolled`, or the course has no such lesson or module.
    """
    seat = enrollments.find(user_id=user_id, course_id=course_id)
    _require_target(seat, target_id)
    granted = {
        "unlocks_at": unlocks_at,
        "without_prerequisites": without_prerequisites,
        "reason": reason,
        "granted_by": granted_by,
        "updated_at": now(),
    }
    found = db.session.scalar(
        insert(SeatOverride)
        .values(enrollment_id=seat.id, target_id=target_id, created_at=now(), **granted)
        .on_conflict_do_update(index_elements=["enrollment_id", "target_id"], set_=granted)
        .returning(SeatOverride),
        execution_options={"populate_existing": True},
    )
    _invalidate(seat)
    details = {"unlocks_at": unlocks_at and unlocks_at.isoformat(), "without_prerequisites": without_prerequisites}
    _record("enrollment.override_set", seat, by=granted_by, reason=reason, granted_for=target_id, **details)
    assert found is not None  # noqa: S101 - an upsert returns its row
    return found


def remove_override(*, user_id: int, course_id: str, target_id: str, reason: str, removed_by: int) -> None:
    """Remove a learner's override, so that the outline's conditions apply again.

    Raises:
        NotFound: `not_enrolled`, or there is no such override.
    """
    seat = enrollments.find(user_id=user_id, course_id=course_id)
    removed = db.session.scalar(
        delete(SeatOverride)
        .where(SeatOverride.enrollment_id == seat.id, SeatOverride.target_id == target_id)
        .returning(SeatOverride.id)
    )
    if removed is None:
        raise NoSuchOverride()
    _invalidate(seat)
    _record("enrollment.override_removed", seat, by=removed_by, reason=reason, granted_for=target_id)


def reset(*, user_id: int, course_id: str, lesson_id: str | None, reason: str, reset_by: int) -> list[str]:
    """Reset a learner's progress in a lesson or a whole course. Return the ids of the lessons that had progress.

    Raises:
        NotFound: `not_enrolled`.
        Unprocessable: the learner's version has no such lesson, and they have no record of it.
    """
    # The lock is held until the records are empty: marking a course as completed reads them under the same lock.
    seat = enrollments.find(user_id=user_id, course_id=course_id, for_update=True)
    begun = progress.begun(user_id=user_id, course_id=course_id)
    if lesson_id is not None and lesson_id not in begun:
        _lesson(seat, lesson_id)
    wanted = [each for each in begun if lesson_id in {None, each}]
    seat.completed_at = None
    seat.resets += 1
    if seat.status is SeatStatus.COMPLETED:
        seat.status = SeatStatus.ACTIVE
    _record("progress.reset", seat, by=reset_by, reason=reason, lesson_ids=wanted)
    events.record(
        EventType.PROGRESS_RESET,
        f"{seat.id}:{seat.resets}",
        enrollment_id=seat.id,
        user_id=user_id,
        course_id=course_id,
        version=seat.course_version,
        lesson_ids=wanted,
    )
    # Flush first: if PostgreSQL is down, no progress may be deleted without an audit entry.
    db.session.flush()
    progress.reset(user_id=user_id, lesson_ids=wanted)
    _invalidate(seat)
    return wanted


def waive(*, user_id: int, course_id: str, lesson_id: str, reason: str, waived_by: int) -> progress.Waived:
    """Mark a lesson as completed for a learner.

    Raises:
        NotFound: `not_enrolled`.
        Conflict: `already_completed`.
        Unprocessable: the learner's version has no such lesson.
    """
    seat = enrollments.find(user_id=user_id, course_id=course_id)
    lesson = _lesson(seat, lesson_id)
    _record("progress.waived", seat, by=waived_by, reason=reason, lesson_id=lesson_id)
    db.session.flush()
    return progress.waive(
        LessonContext(
            user_id=user_id,
            course_id=course_id,
            lesson_id=lesson_id,
            version=seat.course_version,
            kind=lesson.kind,
            completion=lesson.completion,
        )
    )


def _lesson(seat: Enrollment, lesson_id: str) -> Lesson:
    lesson = syllabus.get(seat.course_id, seat.course_version).by_id.get(lesson_id)
    if lesson is None:
        raise Unprocessable(errors={"json": {"lesson_id": ["The learner's version of the course has no such lesson."]}})
    return lesson


def _require_target(seat: Enrollment, target_id: str) -> None:
    numbers = {seat.course_version, courses.view(seat.course_id).current_version}
    for version in (syllabus.get(seat.course_id, number) for number in numbers):
        if target_id in version.by_id or target_id in {module.id for module in version.modules}:
            return
    raise NothingToOverride()


def _invalidate(seat: Enrollment) -> None:
    """Invalidate the cached facts of a learner's access, now and after the commit."""
    entitlements.seat_changed(seat.user_id, seat.course_id)
    gates.forget(seat.user_id, seat.course_id)
    after_commit(lambda: gates.forget(seat.user_id, seat.course_id))


def _record(action: str, seat: Enrollment, *, by: int, **details: Any) -> None:
    ids = {"user_id": seat.user_id, "course_id": seat.course_id}
    audit.record(action, actor_id=by, target_kind="enrollment", target_id=seat.id, **ids, **details)
