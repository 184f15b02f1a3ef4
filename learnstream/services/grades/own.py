"""A learner's own grades: in a course, and in all their courses."""

from collections.abc import Mapping
from operator import attrgetter

from learnstream.clock import now
from learnstream.policies import access
from learnstream.policies.seats import Seat
from learnstream.services.delivery import catalogue
from learnstream.services.delivery.catalogue import Card
from learnstream.services.grades import sheets, shown
from learnstream.services.grades.sheets import Sheet
from learnstream.services.grades.shown import ShownSheet, ShownTotal
from learnstream.stores.keyset import Found, Part, latest


class CourseTotal(ShownTotal):
    """What a learner has reached in a course."""

    course_id: str
    course: Card | None
    version: int
    status: str


def in_course(seat: Seat) -> ShownSheet:
    """Return a learner's grades in the course of a seat, as far as they may see them, and how the total follows."""
    [found] = sheets.for_learners(seat.course_id, [seat], now())
    return shown.sheet(found)


def in_courses(user_id: int, *, live: bool | None = None, part: Part) -> Found[CourseTotal]:
    """Return a part of a learner's courses with what they have reached, the latest seat first.

    live: only seats that are live (True) or over (False).
    """
    page = latest(access.seats(user_id, live=live), attrgetter("place"), part)
    cards = catalogue.cards([seat.course_id for seat in page.entries])
    found = sheets.of_learner(user_id, page.entries, now())
    return page.showing([_course(each, cards) for each in found])


def _course(found: Sheet, cards: Mapping[str, Card]) -> CourseTotal:
    seat = found.seat
    return {
        "course_id": seat.course_id,
        "course": cards.get(seat.course_id),
        "version": seat.course_version,
        "status": seat.status.value,
        **shown.total(found.total),
    }
