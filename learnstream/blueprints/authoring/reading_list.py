"""The books to read for a course: for learners in their version, for authors in the draft."""

from typing import Any, cast

from learnstream.blueprints.authoring import reading_examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import confirms_caller, maybe_caller, optional_token, prefetches
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.documents.course import CourseDraft
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.policies.access import require_draft
from learnstream.schemas.authoring.lesson import DraftQuerySchema
from learnstream.schemas.authoring.reading import GivenReadingListSchema, ReadingListSchema
from learnstream.services.authoring import courses, reading, version_reading
from learnstream.services.authoring.reading import GivenEntry
from learnstream.services.delivery import visibility
from learnstream.services.foundation.content import Content
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "reading_list",
    __name__,
    position=44,
    title="Courses: reading lists",
    url_prefix="/courses",
    description="The books to read for a course.",
)

Answer = tuple[dict[str, Any], dict[str, str]]


@blp.put("/<object_id:course_id>/reading-list")
@blp.arguments(GivenReadingListSchema, example=reading_examples.GIVEN_LIST)
@confirms_caller
@blp.response(200, ReadingListSchema, example=reading_examples.DRAFT_LIST)
@blp.raises(NoSuchCourse, NotYourCourse, reading_examples.UNKNOWN_BOOK)
@etag.conditional
def replace_reading_list(body: dict[str, Any], course_id: str, expect: etag.Revisions) -> Answer:
    """Set the reading list of the course's draft.

    The body is the whole list. An archived book can stay on it, but not be added. The list applies to learners from the
    next publication on.
    """
    require_course_author(course_id)
    return _of_draft(reading.save(course_id, cast(list[GivenEntry], body["entries"]), expect=expect))


@blp.get("/<object_id:course_id>/reading-list")
@optional_token
@prefetches(visibility.course_prefetch_keys)
@blp.arguments(DraftQuerySchema, location="query")
@blp.response(200, ReadingListSchema, example=reading_examples.READING_LIST)
@blp.raises(NoSuchCourse)
@etag.cacheable
def read_reading_list(query: dict[str, Any], course_id: str) -> Content | Answer:
    """Get the reading list of a course.

    Returns the version of the caller's enrollment if there is one, otherwise the current version. With `draft=true`,
    the course's instructors and administrators get the draft's, with its `ETag`; other callers get 404. What the caller
    has read is part of their progress.
    """
    if query["draft"]:
        course = courses.draft(course_id)
        require_draft(maybe_caller(), courses.view_of(course))
        return _of_draft(course)
    number = visibility.version_for(maybe_caller(), courses.view(course_id))
    return version_reading.read(course_id, number)


def _of_draft(course: CourseDraft) -> Answer:
    return {"version": 0, "entries": reading.describe(reading.of_draft(course))}, etag.of(course)
