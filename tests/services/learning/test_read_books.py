"""Every query of reading lists, and of what learners have read, has an index."""

from learnstream.documents.base import ensure_indexes
from learnstream.policies import entitlements
from learnstream.services.authoring import lessons, reading
from learnstream.services.learning import my_reading, read_books
from learnstream.stores.keyset import Part
from tests.books import make_book
from tests.factories import make_course, make_seat
from tests.reading import listed, publish_list


def test_no_query_of_reading_scans(plans, owner, stranger):
    ensure_indexes()
    book_id = str((book := make_book(owner))["_id"])
    course = make_course(owner)
    publish_list(owner, course, listed(book, lesson_id=course.text.id))
    make_seat(stranger, course)
    seat = entitlements.seat(stranger.id, course.id)

    with plans:
        read_books.mark(seat, book_id)
        read_books.counts(course.id, {stranger.id: 2})
        my_reading.browse(stranger.id, part=Part())
        lessons.describe(lessons.draft(course.text.id))
        reading.in_published_use(book_id)
        read_books.unmark(seat, book_id)

    assert plans.scans == []
