"""Enrollment of people who have accepted an invitation."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select

from learnstream.errors import AppError
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import AlreadyEnrolled, CourseArchived, EnrollmentBarred
from learnstream.models import EventType, SeatGrant, SeatSource
from learnstream.policies import entitlements
from learnstream.policies.access import is_staff
from learnstream.services.authoring import courses
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation import audit
from learnstream.services.foundation.followers import FeedEvent, follows
from learnstream.stores.sql import db

# Reasons not to enroll an invited user in a course. The other courses of the invitation are not affected.
WITHHELD = (NoSuchCourse, CourseArchived, NotYourCourse, EnrollmentBarred)


@follows(EventType.INVITATION_ACCEPTED, name="invited-seats")
def follow(event: FeedEvent) -> None:
    """Enroll the user in each course, unless something has happened to their enrollment there since."""
    for course_id in event.data["course_ids"]:
        if not _has_had_seat(event.data["user_id"], course_id, since=event.occurred_at):
            _give_seat(event, course_id)


def _has_had_seat(user_id: int, course_id: str, *, since: datetime) -> bool:
    """Return whether the user was enrolled by hand then, or later: what the learner has left must not begin again."""
    not_ended = or_(SeatGrant.ended_at.is_(None), SeatGrant.ended_at > since)
    not_expired = or_(SeatGrant.expires_at.is_(None), SeatGrant.expires_at > since)
    by_hand = and_(SeatGrant.source.in_(enrollments.BY_HAND), not_ended, not_expired)
    of_seat = and_(SeatGrant.user_id == user_id, SeatGrant.course_id == course_id)
    return bool(db.session.scalar(select(exists().where(of_seat, by_hand))))


def _give_seat(event: FeedEvent, course_id: str) -> None:
    source = SeatSource(event.data["source"])
    try:
        if source is SeatSource.SELF:
            _require_instructor(event.data, course_id)
        enrollments.enroll(user_id=event.data["user_id"], course_id=course_id, source=source, invited=True)
    except AlreadyEnrolled:
        pass
    except WITHHELD as error:
        _record_withheld(event, course_id, error)


def _require_instructor(data: dict[str, Any], course_id: str) -> None:
    """Require that the inviter still teaches the course.

    Raises:
        NoSuchCourse, NotYourCourse.
    """
    inviter = data["invited_by"]
    if not is_staff(inviter, entitlements.subjects_of(inviter), courses.view(course_id, latest=True)):
        raise NotYourCourse()


def _record_withheld(event: FeedEvent, course_id: str, error: AppError) -> None:
    entry = audit.entry(
        "invitation.seat_withheld",
        actor_id=None,
        target_kind="invitation",
        target_id=event.data["invitation_id"],
        user_id=event.data["user_id"],
        course_id=course_id,
        reason=error.code,
    )
    audit.record_once(f"{event.id}:{course_id}", entry, at=event.occurred_at)
