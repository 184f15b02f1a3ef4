"""Enrollments: creation, renewal, extension and withdrawal."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.enrollment import (
    AlreadyEnrolled,
    EnrollmentBarred,
    NoSuchSeat,
    NotEnrolledHere,
    SeatGranted,
)
from learnstream.models import Enrollment, SeatGrant, SeatSource, SeatStatus, User
from learnstream.policies import access, prices
from learnstream.policies.seats import Seat
from learnstream.services.delivery import catalogue
from learnstream.services.enrollment import grants, seat_requests, seat_rows, seat_versions
from learnstream.services.enrollment.grants import Period, Reason
from learnstream.services.enrollment.seat_rows import Locked, Pair, Versions
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part, latest
from learnstream.stores.sql import db

NEWEST = Columns((Enrollment.enrolled_at, Enrollment.id), descending=True)
SHOWN = (
    *("id", "course_id", "user_id", "status", "source", "sources"),
    *("course_version", "enrolled_at", "expires_at", "completed_at"),
)
# An enrollment for one of these reasons is not repeated, whichever of them it was.
BY_HAND = (SeatSource.SELF, SeatSource.ADMIN)


def enroll(
    *,
    user_id: int,
    course_id: str,
    source: SeatSource = SeatSource.SELF,
    expires_at: datetime | None = None,
    restart: bool = False,
    lift_bar: bool = False,
    invited: bool = False,
) -> Enrollment:
    """Enroll a user in the course's current version; an enrollment that was withdrawn or has ended is renewed.

    A live one that others hold, a group for instance, gets another reason.

    expires_at: when the enrollment ends; None for never.
    restart: whether a renewal restarts the count of days after which lessons open.
    lift_bar: whether a user who is barred from the course is enrolled, and is not barred any more.
    invited: whether the course's staff has invited the user, who then pays nothing.

    Raises:
        NotFound: there is no published course with this id.
        Conflict: `already_enrolled`, the user has enrolled, or an administrator has enrolled them; `course_archived`.
        Denied: `enrollment_barred`.
        PaymentRequired: users cannot enroll themselves in a course that has a price.
    """
    versions = seat_versions.open_versions([course_id])
    if source is SeatSource.SELF and not invited:
        prices.require_free(user_id, course_id)
    given = grants.give(
        [(user_id, course_id)],
        Reason(source),
        versions=versions,
        period=Period(expires_at=expires_at),
        restart=restart,
        unless_held_by=BY_HAND,
        lift_bar=lift_bar,
        resume=True,
    )
    if given.freed:
        # Groups and programs have skipped them.
        seat_requests.of_learner(user_id, course_id)
    if given.held:
        raise AlreadyEnrolled()
    if given.barred:
        raise EnrollmentBarred()
    return given.change.all[user_id, course_id]


def withdraw(*, user_id: int, course_id: str) -> Enrollment | None:
    """End the learner's own reason for an enrollment; return the enrollment if another reason holds it.

    Raises:
        NotFound: `not_enrolled`, there is no live enrollment.
        Denied: `seat_granted`, only others hold it.
    """
    pair = (user_id, course_id)
    rows = [row for row in seat_rows.lock([pair]) if row.live]
    if not rows:
        raise NotEnrolledHere()
    if SeatSource.SELF not in rows[0].sources:
        raise SeatGranted()
    change = grants.end_locked(rows, Reason(SeatSource.SELF), ended_by=user_id)
    return None if change.over else change.all[pair]


def grant(
    *, user_id: int, course_id: str, expires_at: datetime | None, granted_by: int, restart: bool = False
) -> Enrollment:
    """Enroll a user, like `enroll`, even if they are barred; only an administrator can revoke this enrollment.

    Raises:
        Unprocessable: there is no such user.
    """
    if db.session.scalar(select(User.id).where(User.id == user_id)) is None:
        raise Unprocessable(errors={"json": {"user_id": ["The user does not exist."]}})
    enrollment = enroll(
        user_id=user_id,
        course_id=course_id,
        source=SeatSource.ADMIN,
        expires_at=expires_at,
        restart=restart,
        lift_bar=True,
    )
    _record("enrollment.granted", enrollment, by=granted_by, **({"restart": True} if restart else {}))
    return enrollment


def change_expiry(
    enrollment_id: int, *, expires_at: datetime | None, changed_by: int, grant_id: int | None = None
) -> Enrollment:
    """Change when a live enrollment ends. One that has ended is granted again instead, in the then current version.

    grant_id: the grant to change; by default the one that holds longest, and those that would hold longer.

    Raises:
        NotFound: `not_enrolled`, there is no such live enrollment.
        Unprocessable: the enrollment has no such grant.
    """
    row = _lock(enrollment_id)
    if row is None or not row.live:
        raise NoSuchSeat()
    _change_end(row, expires_at, grant_id)
    enrollment = _get(enrollment_id)
    _record("enrollment.prolonged", enrollment, by=changed_by, **_of_grant(grant_id))
    return enrollment


def extend(
    *,
    user_id: int,
    course_id: str,
    expires_at: datetime | None,
    reason: str,
    extended_by: int,
    grant_id: int | None = None,
) -> Enrollment:
    """Change when a learner's enrollment ends; one that has ended continues in the course's current version.

    grant_id: as for `change_expiry`.

    Raises:
        NotFound: `not_enrolled`, the user was never enrolled, or the enrollment was withdrawn.
        Conflict: `course_archived`: the enrollment has ended and cannot be reopened.
        Unprocessable: the enrollment has no such grant.
    """
    rows = seat_rows.lock([(user_id, course_id)])
    before = find(user_id=user_id, course_id=course_id).expires_at
    versions = None if rows[0].live else seat_versions.open_versions([course_id])
    _change_end(rows[0], expires_at, grant_id, versions)
    seat = _get(rows[0].id)
    details = {"before": before and before.isoformat(), "reason": reason, **_of_grant(grant_id)}
    _record("enrollment.extended", seat, by=extended_by, **details)
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
    """Revoke an enrollment, live or about to begin: all its reasons. Only administrators can enroll the user again.

    Raises:
        NotFound: `not_enrolled`, there is no such enrollment.
    """
    row = _lock(enrollment_id)
    if row is None or not (row.live or grants.are_left(row.pair)):
        raise NoSuchSeat()
    grants.bar([row], barred_by=revoked_by)
    _record("enrollment.revoked", _get(enrollment_id), by=revoked_by)


def list_grants(*, user_id: int, course_id: str) -> Sequence[SeatGrant]:
    """Return all reasons that a learner has or had for an enrollment, the latest first.

    Raises:
        NotFound: `not_enrolled`, there never was one.
    """
    found = grants.of_seat((user_id, course_id))
    if not found:
        raise NoSuchSeat(detail="The course has no such learner.")
    return found


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


def _lock(enrollment_id: int) -> Locked | None:
    seat = select(Enrollment.user_id, Enrollment.course_id).where(Enrollment.id == enrollment_id)
    found = db.session.execute(seat).first()
    return seat_rows.lock([(found.user_id, found.course_id)])[0] if found else None


def _change_end(
    row: Locked, expires_at: datetime | None, grant_id: int | None, versions: Versions | None = None
) -> None:
    if grant_id is not None:
        _require_grant(row.pair, grant_id, expires_at)
    grants.change_end(row, expires_at=expires_at, grant_id=grant_id, versions=versions)


def _require_grant(pair: Pair, grant_id: int, expires_at: datetime | None) -> None:
    found = [each for each in grants.of_seat(pair) if each.id == grant_id and each.ended_at is None]
    if not found:
        raise Unprocessable(errors={"json": {"grant_id": ["The enrollment has no such grant, or it has ended."]}})
    if expires_at is not None and expires_at <= found[0].starts_at:
        raise Unprocessable(errors={"json": {"expires_at": ["Must be after the grant begins."]}})


def _of_grant(grant_id: int | None) -> dict[str, int]:
    return {} if grant_id is None else {"grant_id": grant_id}


def _get(enrollment_id: int) -> Enrollment:
    return db.session.get_one(Enrollment, enrollment_id, populate_existing=True)


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
