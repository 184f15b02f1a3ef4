"""Access rules, each defined once. `can_…` returns a boolean, `require_…` raises."""

from collections.abc import Collection
from datetime import datetime

from learnstream.clock import now
from learnstream.errors import Denied, NotFound, Unauthenticated
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import InstructorsOnly, NotYourCourse
from learnstream.errors.books import NotYourBook
from learnstream.errors.delivery import NotReleasedYet, PrerequisiteMissing
from learnstream.errors.enrollment import EnrollmentExpired, NoSuchGroup, NotEnrolled, NotYourAsset
from learnstream.models import Role, SeatStatus
from learnstream.policies import entitlements, gates
from learnstream.policies.seats import Seat
from learnstream.policies.views import Caller, CourseView, LessonView

# The error responses of a lesson that is not open to the caller, as examples for the OpenAPI document.
LESSON_ACCESS_ERRORS = (
    NotEnrolled(),
    EnrollmentExpired(),
    NotReleasedYet(detail="This lesson opens at 2026-04-01T08:00:00+00:00.", unlocks_at="2026-04-01T08:00:00+00:00"),
    PrerequisiteMissing(
        detail="Complete these first: lesson “Why the moon has phases” (61% of the required 90% watched).",
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
    """Allow administrators only."""
    if not caller.is_admin:
        raise AdminsOnly()


def require_can_author(caller: Caller) -> None:
    """Allow only the roles that may create courses."""
    if caller.role not in {Role.ADMIN, Role.INSTRUCTOR}:
        raise InstructorsOnly()


def can_edit_book(caller: Caller, created_by: int) -> bool:
    """Return whether the caller may edit a book that this user added."""
    return caller.is_admin or (caller.role is Role.INSTRUCTOR and caller.id == created_by)


def require_can_edit_book(caller: Caller, created_by: int) -> None:
    """Allow administrators, and the instructor who added the book."""
    if not can_edit_book(caller, created_by):
        raise NotYourBook()


def may_invite(inviter: Role, role: Role) -> bool:
    """Return whether accounts with the inviter's role may invite people to have `role`."""
    return inviter is Role.ADMIN or (inviter is Role.INSTRUCTOR and role is Role.STUDENT)


def can_edit_course(caller: Caller | None, course: CourseView | None) -> bool:
    """Return whether the caller may edit the course: as one of its staff, or as an administrator."""
    if caller is None:
        return False
    if caller.is_admin:
        return True
    return course is not None and caller.role is Role.INSTRUCTOR and is_staff(caller.id, caller.subject_ids, course)


def require_can_price(caller: Caller, course: CourseView, *, instructors: bool) -> None:
    """Allow administrators to set prices and, if `instructors`, the course's staff as well."""
    require_can_edit_course(caller, course)
    if not (caller.is_admin or instructors):
        raise AdminsOnly()


def is_staff(user_id: int, subject_ids: Collection[int], course: CourseView) -> bool:
    """Return whether a user teaches the course: as one of its instructors, or as a teacher of its subject.

    subject_ids: the subjects that the user teaches.
    """
    return user_id in course.instructor_ids or course.subject_id in subject_ids


def require_can_edit_course(caller: Caller, course: CourseView) -> None:
    """Allow the course's instructors and administrators; for others, an unpublished course does not exist."""
    if can_edit_course(caller, course):
        return
    if course.current_version == 0:
        raise NotFound(detail="The course does not exist.")
    raise NotYourCourse()


def require_can_edit_lesson(caller: Caller, lesson: LessonView) -> None:
    """Allow the course's instructors and administrators; only administrators may edit a lesson without a course."""
    if can_edit_course(caller, lesson.course):
        return
    if lesson.course is None or lesson.course.current_version == 0:
        raise NotFound(detail="The lesson does not exist.")
    raise NotYourCourse()


def require_group_staff(caller: Caller, staff_ids: Collection[int]) -> None:
    """Allow a group's staff, as long as they are instructors, and administrators; for others it does not exist."""
    if not (caller.is_admin or (caller.role is Role.INSTRUCTOR and caller.id in staff_ids)):
        raise NoSuchGroup()


def require_can_import(caller: Caller, using: Collection[CourseView]) -> None:
    """Allow administrators, and instructors of all courses that use the asset, since importing it makes it playable."""
    if caller.is_admin:
        return
    if not using or not all(can_edit_course(caller, course) for course in using):
        raise NotYourAsset()


def require_draft(caller: Caller | None, course: CourseView) -> None:
    """Allow authors to read a course's draft; for all other callers, the course does not exist."""
    if not can_edit_course(caller, course):
        raise NotFound(detail="The course does not exist.")


def require_lesson_draft(caller: Caller | None, lesson: LessonView) -> None:
    """Allow authors to read a lesson's draft; for all other callers, the lesson does not exist."""
    if not can_edit_course(caller, lesson.course):
        raise NotFound(detail="The lesson does not exist.")


def live_seat(caller: Caller | None, course_id: str) -> Seat | None:
    """Return the caller's seat if it gives access to the course now."""
    seat = entitlements.seat(caller.id, course_id) if caller else None
    return None if seat_error(seat) else seat


def seats(user_id: int, *, live: bool | None = None) -> list[Seat]:
    """Return a user's seats, newest first; `live` selects those that give access now (True) or do not (False)."""
    return [seat for seat in entitlements.seats(user_id) if live is None or (seat_error(seat) is None) == live]


def is_recorded(caller: Caller, lesson: LessonView, *, at: datetime | None = None) -> bool:
    """Return whether the caller's watching is recorded: learners' always, course authors' only if they have a seat.

    at: when the viewing began, by default now.
    """
    if lesson.course is None or not can_edit_course(caller, lesson.course):
        return True
    return seat_at(caller, lesson.course.id, at or now()) is not None


def seat_at(caller: Caller, course_id: str, at: datetime) -> Seat | None:
    """Return the caller's seat if it gave access to the course at that instant, even if it has ended since."""
    seat = entitlements.seat(caller.id, course_id)
    return seat if seat and seat.was_open(at) else None


def require_lesson_access(caller: Caller | None, lesson: LessonView, *, seat: Seat | None = None) -> None:
    """Allow free previews, the course's instructors, administrators, and learners for whom the lesson is open.

    Other callers get an error with the reason. `seat` is the caller's live seat, if it has been looked up already.
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
    error = seat_error(seat)
    if seat is None or error:
        raise error or NotEnrolled()
    return seat


def seat_error(seat: Seat | None) -> Denied | None:
    """Return why a seat gives no access now; None if it does."""
    if seat is None or seat.status is SeatStatus.WITHDRAWN:
        return NotEnrolled()
    return EnrollmentExpired() if seat.expired(now()) else None
