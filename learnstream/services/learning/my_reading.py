"""The reading lists of a learner's courses, with what they have read."""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter

from learnstream.policies import access
from learnstream.policies.seats import Seat
from learnstream.services.authoring import version_reading
from learnstream.services.authoring.reading import DescribedEntry
from learnstream.services.delivery import catalogue, syllabus
from learnstream.services.delivery.catalogue import Card
from learnstream.services.learning import read_books
from learnstream.services.learning.read_books import NO_MARKS, Counts, Marks
from learnstream.stores.keyset import Found, Part, latest


class MarkedEntry(DescribedEntry):
    """A book of a list; `read_at` is when the learner marked it as read."""

    read_at: datetime | None


class CourseReading(Counts):
    """The reading list of a course."""

    course_id: str
    course: Card | None
    version: int
    entries: list[MarkedEntry]


def browse(user_id: int, *, part: Part) -> Found[CourseReading]:
    """Return a part of the reading lists of the courses that are open to a learner, latest seat first.

    Courses without a list are left out.
    """
    seats = access.seats(user_id, live=True)
    syllabi = syllabus.get_many([(seat.course_id, seat.course_version) for seat in seats])
    found = latest([seat for seat in seats if syllabi[seat.course_id].books], attrgetter("place"), part)
    course_ids = [seat.course_id for seat in found.entries]
    lists = version_reading.find_many([(seat.course_id, seat.course_version) for seat in found.entries])
    cards, marks = catalogue.cards(course_ids), read_books.marks_in(user_id, course_ids)
    return found.showing(
        [
            {
                **_counts(seat, marks),
                "course_id": seat.course_id,
                "course": cards.get(seat.course_id),
                "version": seat.course_version,
                "entries": _marked(lists.get(seat.course_id, []), marks.get(seat.course_id, NO_MARKS)),
            }
            for seat in found.entries
        ]
    )


def _counts(seat: Seat, marks: Mapping[str, Marks]) -> Counts:
    listed = syllabus.get(seat.course_id, seat.course_version).books
    return read_books.count(listed, marks.get(seat.course_id, NO_MARKS))


def _marked(entries: list[DescribedEntry], marks: Marks) -> list[MarkedEntry]:
    return [{**each, "read_at": marks.get(str(each["book_id"]))} for each in entries]
