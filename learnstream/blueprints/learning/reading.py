"""What learners have read of reading lists."""

from datetime import datetime

from flask import Response

from learnstream.blueprints.common.authentication import caller, prefetches
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_reader import require_live_seat
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.learning import examples
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import EnrollmentExpired, NotEnrolled
from learnstream.errors.reading import NotOnReadingList
from learnstream.policies import entitlements
from learnstream.schemas.learning.reading import CourseReadingSchema, ReadMarkSchema
from learnstream.services.learning import my_reading, read_books
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "reading",
    __name__,
    position=142,
    title="Progress: reading",
    description="What learners have read of reading lists.",
)


@blp.put("/courses/<object_id:course_id>/reading-list/<object_id:book_id>/read")
@prefetches(read_books.prefetch_keys)
@blp.response(200, ReadMarkSchema, example=examples.READ_MARK)
@blp.raises(NoSuchCourse, NotEnrolled, EnrollmentExpired, NotOnReadingList)
def save_reading_mark(course_id: str, book_id: str) -> dict[str, datetime | str]:
    """Mark a book of the reading list as read.

    For learners, in the version of their enrollment. Repeating it changes nothing. The mark outlives new versions and the
    end of the enrollment, and completes nothing.
    """
    return {"book_id": book_id, "read_at": read_books.mark(require_live_seat(course_id), book_id)}


@blp.delete("/courses/<object_id:course_id>/reading-list/<object_id:book_id>/read")
@prefetches(read_books.prefetch_keys)
@blp.response(204)
@blp.raises(NoSuchCourse, NotEnrolled, EnrollmentExpired, NotOnReadingList)
def delete_reading_mark(course_id: str, book_id: str) -> None:
    """Take back that a book of the reading list has been read.

    Repeating it changes nothing.
    """
    read_books.unmark(require_live_seat(course_id), book_id)


@blp.get("/users/me/reading")
@prefetches(entitlements.seats_prefetch_keys)
@blp.response(200, CourseReadingSchema(many=True), example=[examples.COURSE_READING])
@blp.paginate(CursorSchema)
def list_my_reading(page: Page) -> Response:
    """List the reading lists of the courses that are open to the caller, latest enrollment first.

    Each with what the caller has read. Courses without a list are left out.
    """
    return private_json(entries(page, my_reading.browse(caller.id, part=requested_part(page))))
