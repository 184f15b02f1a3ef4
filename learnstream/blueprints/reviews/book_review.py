"""Reviews of books."""

from typing import Any

from flask import Response

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import current_caller
from learnstream.blueprints.reviews.common import own_review, requested_reviews, written_review
from learnstream.errors.books import NoSuchBook
from learnstream.errors.reviews import NoSuchReview, OwnBook
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
    "book_review",
    __name__,
    position=96,
    title="Reviews of books",
    url_prefix="/books/<object_id:book_id>/reviews",
    description="What users say about books.",
)

LISTED, OWN, WRITTEN = (
    example_of(schema()) | {"progress_percent": None} for schema in (ReviewSchema, OwnReviewSchema, WrittenReviewSchema)
)


@blp.get("")
@blp.arguments(ReviewQuerySchema, location="query")
@blp.response(200, ReviewSchema(many=True), example=[LISTED])
@blp.raises(NoSuchBook)
@blp.paginate(CursorSchema)
@etag.cacheable
def list_book_reviews(query: dict[str, Any], book_id: str, page: Page) -> Content:
    """List the reviews of a book, also of an archived one.

    Without those that were hidden. The book's `rating` is what they amount to.
    """
    rules.creator_of_book(book_id)
    return requested_reviews(subjects.book(book_id), query, page)


@blp.get("/mine")
@blp.response(200, OwnReviewSchema, example=OWN, headers=etag.ETAG)
@blp.raises(NoSuchBook, NoSuchReview)
def read_my_book_review(book_id: str) -> Response:
    """Get the caller's review of a book.

    Send its `ETag` as `If-Match` with changes. A hidden review says why it is.
    """
    rules.creator_of_book(book_id)
    return own_review(reviews.mine(subjects.book(book_id), current_caller().id))


@blp.put("/mine")
@blp.arguments(ReviewWriteSchema)
@blp.response(200, WrittenReviewSchema, example=WRITTEN)
@blp.alt_response(
    201, schema=WrittenReviewSchema, example=WRITTEN, description="It is the caller's first one of this book."
)
@blp.raises(NoSuchBook, OwnBook)
@etag.conditional
def replace_my_book_review(body: Given, book_id: str, expect: etag.Revisions) -> Response:
    """Review a book, or replace the caller's review of it.

    For everybody but the user who added the book. The same content again changes nothing, and a review that an administrator
    has hidden stays hidden.
    """
    caller = current_caller()
    rules.require_can_review_book(caller, book_id)
    return written_review(
        writing.save(subjects.book(book_id), author_id=caller.id, given=body, progress_percent=None, expect=expect)
    )


@blp.delete("/mine")
@blp.response(204)
@blp.raises(NoSuchBook, NoSuchReview)
@etag.conditional
def delete_my_book_review(book_id: str, expect: etag.Revisions) -> None:
    """Delete the caller's review of a book, with the reply and what readers said about it.

    It no longer counts. If it was hidden, another one will be hidden, too.
    """
    rules.creator_of_book(book_id)
    writing.delete(subjects.book(book_id), author_id=current_caller().id, expect=expect)
