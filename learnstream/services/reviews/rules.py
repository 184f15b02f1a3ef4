"""Who may review: learners of a course who have seen some of it, and never those whose work it is."""

from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.reviews import OwnBook, OwnCourse, ReviewNeedsProgress, ReviewNeedsSeat
from learnstream.policies import entitlements
from learnstream.policies.access import is_staff
from learnstream.policies.views import Caller, CourseView
from learnstream.services.authoring import courses
from learnstream.services.books import books, cards
from learnstream.services.learning import course_progress
from learnstream.stores import cache

TTL_SECONDS = 30
NEEDED = 10  # the percentage of a course from which on it can be reviewed
ROUNDING = 1e-6  # of sums of fractions, in percent


def prefetch_keys(*, user_id: int, course_id: str) -> list[str]:
    """Return the cache keys that the rules of courses read."""
    return [courses.view_key(course_id), *entitlements.seat_prefetch_keys(user_id=user_id, course_id=course_id)]


def require_public(course_id: str) -> CourseView:
    """Return a course that everybody can read.

    Raises:
        NoSuchCourse: there is none, or it was never published.
    """
    course = courses.view(course_id)
    if not course.current_version:
        raise NoSuchCourse()
    return course


def require_can_review(caller: Caller, course: CourseView) -> int:
    """Allow those who have or had a seat in a course, with some progress. Return the progress in percent.

    Raises:
        OwnCourse: the caller is one of its staff.
        ReviewNeedsSeat: they never had a seat.
        ReviewNeedsProgress: they have done too little of the course.
    """
    if is_staff(caller.id, caller.subject_ids, course):
        raise OwnCourse()
    seat = entitlements.seat(caller.id, course.id)
    if seat is None:
        raise ReviewNeedsSeat()
    percent = percent_of(course_progress.fraction_of(seat))
    if percent < NEEDED:
        raise ReviewNeedsProgress()
    return percent


def percent_of(fraction: float) -> int:
    """Return the percentage that a learner has done, rounded down: 100 is the whole course."""
    return int(fraction * 100 + ROUNDING)


def creator_of_book(book_id: str) -> int:
    """Return who added a book, also if it is archived.

    Raises:
        NoSuchBook: there is none.
    """
    key, group = f"book-creator:{book_id}", cards.key_of(book_id)
    return int(cache.get_or_load_in(group, key, lambda: b"%d" % books.get(book_id)["created_by"], ttl=TTL_SECONDS))


def require_can_review_book(caller: Caller, book_id: str) -> None:
    """Allow everybody but the user who added the book.

    Raises:
        NoSuchBook: there is none.
        OwnBook: the caller added it.
    """
    if creator_of_book(book_id) == caller.id:
        raise OwnBook()
