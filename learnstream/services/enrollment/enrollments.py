"""Enrollments: creation, renewal, extension and withdrawal."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.documents import CourseStatus
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import AlreadyEnrolled, CourseArchived, NoSuchSeat, NotEnrolledHere, SeatGranted
from learnstream.models import Enrollment, EventType, SeatSource, SeatStatus, User
from learnstream.policies import access, entitlements
from learnstream.policies.seats import Seat
from learnstream.services.authoring import courses
from learnstream.services.delivery import catalogue
from learnstream.services.foundation import audit, events, locks
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part, latest
from learnstream.stores.sql import db

NEWEST = Columns((Enrollment.enrolled_at, Enrollment.id), descending=True)
SHOWN = (
    *("id", "course_id", "user_id", "status", "source"),
    *("course_version", "enrolled_at", "expires_at", "completed_at"),
)


def enroll(
    *,
    user_id: int,
    course_id: str,
    source: SeatSource = SeatSource.SELF,
    expires_at: datetime | None = None,
    restart: bool = False,
) -> Enrollment:
    """Enroll a user in the course's current version; an enrollment that was withdrawn or has ended is renewed.

    expires_at: when the enrollment ends; None for never.
    restart: whether a renewal restarts the count of days after which lessons open.

    Raises:
        NotFound: there is no published course with this id.
        Conflict: `already_enrolled`, the user has a live enrollment; `course_archived`.
    """
    seat = {
        "course_version": _open_version(course_id),
        "source": source,
        "status": SeatStatus.ACTIVE,
        "enrolled_at": now(),
        "expires_at": expires_at,
        "ended_at": None,
        "updated_at": now(),
    }
    renewed = seat | {"drip_from": None if restart else Enrollment.drips_from()}
    # The unique constraint decides between concurrent requests; a query beforehand would be a race.
    enrollment = db.session.scalar(
        insert(Enrollment)
        .values(user_id=user_id, course_id=course_id, **seat)
        .on_conflict_do_update(index_elements=["user_id", "course_id"], set_=renewed, where=Enrollment.is_over(now()))
        .returning(Enrollment),
        execution_options={"populate_existing": True},
    )
    if enrollment is None:
        raise AlreadyEnrolled()
    _publish_change(EventType.ENROLLMENT_CREATED, enrollment)
    return enrollment


def withdraw(*, user_id: int, course_id: str) -> None:
    """Withdraw an enrollment that the learner created.

    Raises:
        NotFound: `not_enrolled`, there is no live enrollment.
        Denied: `seat_granted`, it was granted by an administrator.
    """
    live = Enrollment.is_live(now()) & (Enrollment.user_id == user_id) & (Enrollment.course_id == course_id)
    enrollment = _withdraw(live & (Enrollment.source == SeatSource.SELF))
    if enrollment is None:
        raise SeatGranted() if db.session.scalar(select(Enrollment.id).where(live)) else NotEnrolledHere()


def grant(
    *, user_id: int, course_id: str, expires_at: datetime | None, granted_by: int, restart: bool = False
) -> Enrollment:
    """Enroll a user, like `enroll`; only an administrator can revoke this enrollment.

    Raises:
        Unprocessable: there is no such user.
    """
    if db.session.scalar(select(User.id).where(User.id == user_id)) is None:
        raise Unprocessable(errors={"json": {"user_id": ["The user does not exist."]}})
    enrollment = enroll(
        user_id=user_id, course_id=course_id, source=SeatSource.ADMIN, expires_at=expires_at, restart=restart
    )
    _record("enrollment.granted", enrollment, by=granted_by, **({"restart": True} if restart else {}))
    return enrollment


def change_expiry(enrollment_id: int, *, expires_at: datetime | None, changed_by: int) -> Enrollment:
    """Change when a live enrollment ends. One that has ended is granted again instead, in the then current version.

    Raises:
        NotFound: `not_enrolled`, there is no such live enrollment.
    """
    live = (Enrollment.id == enrollment_id) & Enrollment.is_live(now())
    enrollment = _change(live, {"expires_at": expires_at})
    if enrollment is None:
        raise NoSuchSeat()
    entitlements.seat_changed(enrollment.user_id, enrollment.course_id)
    _record("enrollment.prolonged", enrollment, by=changed_by)
    return enrollment


def extend(*, user_id: int, course_id: str, expires_at: datetime | None, reason: str, extended_by: int) -> Enrollment:
    """Change when a learner's enrollment ends; one that has ended continues in the course's current version.

    Raises:
        NotFound: `not_enrolled`, the user was never enrolled, or the enrollment was withdrawn.
        Conflict: `course_archived`: the enrollment has ended and cannot be reopened.
    """
    seat = find(user_id=user_id, course_id=course_id)
    before = seat.expires_at
    changes = {"expires_at": expires_at}
    live = _change((Enrollment.id == seat.id) & Enrollment.is_live(now()), changes)
    if live is None:
        ended = (Enrollment.id == seat.id) & (Enrollment.status != SeatStatus.WITHDRAWN)
        if _change(ended, changes | {"course_version": _open_version(course_id)}) is None:
            raise NoSuchSeat()
        _publish_change(EventType.ENROLLMENT_CREATED, seat)
    entitlements.seat_changed(user_id, course_id)
    _record("enrollment.extended", seat, by=extended_by, before=before and before.isoformat(), reason=reason)
    return seat


def find(*, user_id: int, course_id: str, for_update: bool = False) -> Enrollment:
    """Return a user's enrollment, live or ended, with a row lock if `for_update`.

    Raises:
        NotFound: `not_enrolled`, there never was one, or it was withdrawn.
    """
    query = select(Enrollment).where(
        Enrollment.user_id == user_id, Enrollment.course_id == course_id, Enrollment.status != SeatStatus.WITHDRAWN
    )
    seat = db.session.scalar(query.with_for_update() if for_update else query)
    if seat is None:
        raise NoSuchSeat(detail="The course has no such learner.")
    return seat


def revoke(enrollment_id: int, *, revoked_by: int) -> None:
    """Revoke a live enrollment.

    Raises:
        NotFound: `not_enrolled`, there is no such live enrollment.
    """
    enrollment = _withdraw((Enrollment.id == enrollment_id) & Enrollment.is_live(now()))
    if enrollment is None:
        raise NoSuchSeat()
    _record("enrollment.revoked", enrollment, by=revoked_by)


def browse(
    *, part: Part, user_id: int | None = None, course_id: str | None = None, live: bool | None = None
) -> Found[Enrollment]:
    """Return a page of enrollments, newest first."""
    conditions = [
        *([Enrollment.user_id == user_id] if user_id else []),
        *([Enrollment.course_id == course_id] if course_id else []),
        *([Enrollment.is_live(now()) if live else Enrollment.is_over(now())] if live is not None else []),
    ]
    return rows_of(select(Enrollment).where(*conditions), NEWEST, part)


def of_user(user_id: int, *, live: bool | None = None, part: Part) -> Found[dict[str, Any]]:
    """Return a page of a user's seats with summaries of their courses, newest first.

    live: only seats that are live (True) or over (False).
    """
    found = latest(access.seats(user_id, live=live), attrgetter("place"), part)
    cards = catalogue.cards([seat.course_id for seat in found.entries])
    return found.showing([_shown(seat) | {"course": cards.get(seat.course_id)} for seat in found.entries])


def _shown(seat: Seat) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in SHOWN}


def _open_version(course_id: str) -> int:
    """Return the version for a new seat; a lock keeps it the current one until the transaction ends."""
    locks.lock_course_shared(course_id)
    course = courses.view(course_id, latest=True)
    if course.status is CourseStatus.ARCHIVED:
        raise CourseArchived()
    if not course.is_public:
        raise NoSuchCourse()
    return course.current_version


def _withdraw(which: ColumnElement[bool]) -> Enrollment | None:
    moment = now()
    enrollment = _change(which, {"status": SeatStatus.WITHDRAWN, "ended_at": moment, "updated_at": moment})
    if enrollment is not None:
        _publish_change(EventType.ENROLLMENT_WITHDRAWN, enrollment)
    return enrollment


def _change(which: ColumnElement[bool], columns: dict[str, Any]) -> Enrollment | None:
    return db.session.scalar(
        update(Enrollment).where(which).values(**columns).returning(Enrollment),
        execution_options={"populate_existing": True},
    )


def _publish_change(event_type: EventType, enrollment: Enrollment) -> None:
    entitlements.seat_changed(enrollment.user_id, enrollment.course_id)
    # An enrollment may be created and withdrawn repeatedly: the time makes each event's key unique.
    events.record(
        event_type,
        f"{enrollment.id}:{enrollment.updated_at.timestamp():.3f}",
        enrollment_id=enrollment.id,
        user_id=enrollment.user_id,
        course_id=enrollment.course_id,
        version=enrollment.course_version,
        source=enrollment.source.value,
    )


def _record(action: str, enrollment: Enrollment, *, by: int, **details: Any) -> None:
    ends = enrollment.expires_at and enrollment.expires_at.isoformat()
    audit.record(
        action,
        actor_id=by,
        target_kind="enrollment",
        target_id=enrollment.id,
        user_id=enrollment.user_id,
        course_id=enrollment.course_id,
        expires_at=ends,
        **details,
    )
