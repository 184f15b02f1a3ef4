"""The rules, each in one place and readable aloud. `can_…` answers, `require_…` raises."""

from collections.abc import Collection
from datetime import datetime

from learnstream.clock import now
from learnstream.errors import Denied, NotFound, Unauthenticated
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import InstructorsOnly, NotYourCourse
from learnstream.errors.delivery import NotReleasedYet, PrerequisiteMissing
from learnstream.errors.enrollment import EnrollmentExpired, NotEnrolled, NotYourAsset
from learnstream.models import Role, SeatStatus
from learnstream.policies import entitlements, gates
from learnstream.policies.seats import Seat
from learnstream.policies.views import Caller, CourseView, LessonView

# What a lesson that is not open to the caller answers with, as examples.
CLOSED = (
    NotEnrolled(),
    EnrollmentExpired(),
    NotReleasedYet(detail="This lesson opens at 2026-04-01T08:00:00+00:00.", unlocks_at="2026-04-01T08:00:00+00:00"),
    PrerequisiteMissing(
        detail="Complete first: lesson “Why the moon has phases” (watched 61 of 90 %).",
        missing=[
            {
                "kind": "lesson",
                "id": "6560f3a2c1d4e5f6a7b8c9d2",
                "title": "Why the moon has phases",
                "fraction": 0.61,
                "threshold": 0.9,
            }
        ],
    ),
)


def require_admin(caller: Caller) -> None:
    """Let administrators through."""
    if not caller.is_admin:
        raise AdminsOnly()


def require_can_author(caller: Caller) -> None:
    """Let through who may make courses at all."""
    if caller.role not in {Role.ADMIN, Role.INSTRUCTOR}:
        raise InstructorsOnly()


def can_edit_course(caller: Caller | None, course: CourseView | None) -> bool:
    """Say whether the caller may change the course: its instructors may, administrators may change all."""
    if caller is None:
        return False
    if caller.is_admin:
        return True
    return course is not None and caller.role is Role.INSTRUCTOR and caller.id in course.instructor_ids


def require_can_edit_course(caller: Caller, course: CourseView) -> None:
    """Let the course's instructors and administrators through; to others an unpublished course does not exist."""
    if can_edit_course(caller, course):
        return
    if course.current_version == 0:
        raise NotFound(detail="The course does not exist.")
    raise NotYourCourse()


def require_can_edit_lesson(caller: Caller, lesson: LessonView) -> None:
    """Let the course's instructors and administrators through; a lesson without a course is administrators' alone."""
    if can_edit_course(caller, lesson.course):
        return
    if lesson.course is None or lesson.course.current_version == 0:
        raise NotFound(detail="The lesson does not exist.")
    raise NotYourCourse()


def require_can_import(caller: Caller, using: Collection[CourseView]) -> None:
    """Let through administrators, and instructors of all courses that use an asset: to import it is to play it."""
    if caller.is_admin:
        return
    if not using or not all(can_edit_course(caller, course) for course in using):
        raise NotYourAsset()


def require_draft(caller: Caller | None, course: CourseView) -> None:
    """Let authors see a course's draft; to everybody else it is as if the course did not exist."""
    if not can_edit_course(caller, course):
        raise NotFound(detail="The course does not exist.")


def require_lesson_draft(caller: Caller | None, lesson: LessonView) -> None:
    """Let authors see a lesson's draft; to everybody else it is as if the lesson did not exist."""
    if not can_edit_course(caller, lesson.course):
        raise NotFound(detail="The lesson does not exist.")


def live_seat(caller: Caller | None, course_id: str) -> Seat | None:
    """Return the caller's seat if it opens the course now."""
    seat = entitlements.seat(caller.id, course_id) if caller else None
    return None if refusal_of(seat) else seat


def seats(user_id: int, *, live: bool | None = None) -> list[Seat]:
    """Return a user's seats, the newest first; `live`: only those that open their course now, or only those that do not."""
    return [seat for seat in entitlements.seats(user_id) if live is None or (refusal_of(seat) is None) == live]


def leaves_record(caller: Caller, lesson: LessonView, *, at: datetime | None = None) -> bool:
    """Say whether what somebody watches is recorded: of learners always, of a course's authors if they hold a seat.

    at: when they began to watch, if that is not now.
    """
    if lesson.course is None or not can_edit_course(caller, lesson.course):
        return True
    return seat_at(caller, lesson.course.id, at or now()) is not None


def seat_at(caller: Caller, course_id: str, at: datetime) -> Seat | None:
    """Return the caller's seat if it still opened the course at that instant, whatever became of it since."""
    seat = entitlements.seat(caller.id, course_id)
    return seat if seat and seat.was_open(at) else None


def require_lesson_access(caller: Caller | None, lesson: LessonView, *, seat: Seat | None = None) -> None:
    """Let through free previews, the course's instructors, administrators, and learners to whom it has opened.

    To others it is said why not. Who has found the live seat already gives it as `seat`.
    """
    if lesson.free_preview or can_edit_course(caller, lesson.course):
        return
    seat = seat or _require_seat(caller, lesson)
    if lesson.gate:
        gates.require_open(lesson.gate, seat)


def _require_seat(caller: Caller | None, lesson: LessonView) -> Seat:
    if caller is None:
        raise Unauthenticated()
    if lesson.course is None:
        raise NotFound(detail="The lesson does not exist.")
    return require_seat(caller, lesson.course.id)


def require_seat(caller: Caller, course_id: str) -> Seat:
    """Return the caller's live seat."""
    seat = entitlements.seat(caller.id, course_id)
    refusal = refusal_of(seat)
    if seat is None or refusal:
        raise refusal or NotEnrolled()
    return seat


def refusal_of(seat: Seat | None) -> Denied | None:
    """Return why a seat opens nothing now; None if it does."""
    if seat is None or seat.status is SeatStatus.WITHDRAWN:
        return NotEnrolled()
    return EnrollmentExpired() if seat.expired(now()) else None
