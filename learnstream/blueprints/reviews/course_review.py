"""Reviews of courses."""

from typing import Any

from flask import Response

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import current_caller, prefetches
from learnstream.blueprints.reviews.common import own_review, requested_reviews, written_review
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.reviews import NoSuchReview, OwnCourse, ReviewNeedsProgress, ReviewNeedsSeat
from learnstream.schemas.reviews.review import (
    OwnReviewSchema,
    ReviewQuerySchema,
    ReviewSchema,
    ReviewWriteSchema,
    WrittenReviewSchema,
)
from learnstream.services.foundation.content import Content
from learnstream.services.reviews import reviews, rules, subjects, writing
from learnstream.services.reviews.writing import Given
from learnstream.web.openapi import Blueprint
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "course_review",
    __name__,
    position=95,
    title="Reviews of courses",
    url_prefix="/courses/<object_id:course_id>/reviews",
    description="What learners say about courses.",
)

WRITTEN = example_of(WrittenReviewSchema())


@blp.get("")
@blp.arguments(ReviewQuerySchema, location="query")
@blp.response(200, ReviewSchema(many=True))
@blp.raises(NoSuchCourse)
@blp.paginate(CursorSchema)
@etag.cacheable
def list_course_reviews(query: dict[str, Any], course_id: str, page: Page) -> Content:
    """List the reviews of a course, also of an archived one.

    Without those that were hidden. `rating` on the course's page is what they amount to.
    """
    rules.require_public(course_id)
    return requested_reviews(subjects.course(course_id), query, page)


@blp.get("/mine")
@blp.response(200, OwnReviewSchema, headers=etag.ETAG)
@blp.raises(NoSuchCourse, NoSuchReview)
def read_my_course_review(course_id: str) -> Response:
    """Get the caller's review of a course.

    Send its `ETag` as `If-Match` with changes. A hidden review says why it is.
    """
    rules.require_public(course_id)
    return own_review(reviews.mine(subjects.course(course_id), current_caller().id))


@blp.put("/mine")
@prefetches(rules.prefetch_keys)
@blp.arguments(ReviewWriteSchema)
@blp.response(200, WrittenReviewSchema)
@blp.alt_response(
    201, schema=WrittenReviewSchema, example=WRITTEN, description="It is the caller's first one of this course."
)
@blp.raises(NoSuchCourse, ReviewNeedsSeat, ReviewNeedsProgress, OwnCourse)
@etag.conditional
def replace_my_course_review(body: Given, course_id: str, expect: etag.Revisions) -> Response:
    """Review a course, or replace the caller's review of it.

    For those who are or were enrolled, from 10% of progress on; a course's staff cannot review it. The same content again
    changes nothing, and a review that an administrator has hidden stays hidden.
    """
    caller = current_caller()
    percent = rules.require_can_review(caller, rules.require_public(course_id))
    return written_review(
        writing.save(
            subjects.course(course_id), author_id=caller.id, given=body, progress_percent=percent, expect=expect
        )
    )


@blp.delete("/mine")
@blp.response(204)
@blp.raises(NoSuchCourse, NoSuchReview)
@etag.conditional
def delete_my_course_review(course_id: str, expect: etag.Revisions) -> None:
    """Delete the caller's review of a course, with the reply and what readers said about it.

    It no longer counts. If it was hidden, another one will be hidden, too.
    """
    rules.require_public(course_id)
    writing.delete(subjects.course(course_id), author_id=current_caller().id, expect=expect)
