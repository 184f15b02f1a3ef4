"""What readers and staff do with a review, of a course or a book."""

from typing import Any

from learnstream.blueprints.common.authentication import caller, confirms_caller, current_caller
from learnstream.blueprints.reviews.require_reply import require_can_reply
from learnstream.documents.review import ReportReason
from learnstream.errors.authoring import NotYourCourse
from learnstream.errors.books import NotYourBook
from learnstream.errors.reviews import NoSuchReview, OwnReviewMarked
from learnstream.schemas.reviews.review import ReviewReplyWriteSchema, ReviewReportWriteSchema, ReviewSchema
from learnstream.services.reviews import listing, readers, replies
from learnstream.services.reviews.listing import ShownReview
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "review",
    __name__,
    position=97,
    title="Reviews",
    url_prefix="/reviews/<object_id:review_id>",
    description="What readers and staff do with a review, of a course or a book.",
)


@blp.post("/helpful")
@blp.response(204)
@blp.raises(NoSuchReview, OwnReviewMarked)
def create_helpful_vote(review_id: str) -> None:
    """Say that a review was helpful.

    Each user counts once, and never for their own review. Repeating the request is safe.
    """
    readers.vote(review_id, by=current_caller().id)


@blp.delete("/helpful")
@blp.response(204)
@blp.raises(NoSuchReview, OwnReviewMarked)
def delete_helpful_vote(review_id: str) -> None:
    """Take back that a review was helpful.

    Repeating the request is safe.
    """
    readers.take_back(review_id, by=current_caller().id)


@blp.post("/report")
@blp.arguments(ReviewReportWriteSchema)
@blp.response(204)
@blp.raises(NoSuchReview, OwnReviewMarked)
def report_review(body: dict[str, Any], review_id: str) -> None:
    """Report a review to the administrators.

    Each user counts once: another report of the same review changes nothing, unless its author has changed it after an
    administrator dismissed the first one.
    """
    reason: ReportReason = body["reason"]
    readers.report(review_id, by=current_caller().id, reason=reason, text=body["text"])


@blp.put("/reply")
@blp.arguments(ReviewReplyWriteSchema)
@confirms_caller
@blp.response(200, ReviewSchema)
@blp.raises(NoSuchReview, NotYourCourse, NotYourBook)
def replace_review_reply(body: dict[str, str], review_id: str) -> ShownReview:
    """Reply to a review, or correct the reply.

    For the course's staff; of a book, for the instructor who added it and administrators. Everybody sees the reply; the author is
    told of the first one.
    """
    require_can_reply(review_id)
    [shown] = listing.with_authors([replies.save(review_id, by=caller.id, text=body["text"])])
    return shown


@blp.delete("/reply")
@confirms_caller
@blp.response(204)
@blp.raises(NoSuchReview, NotYourCourse, NotYourBook)
def delete_review_reply(review_id: str) -> None:
    """Remove the reply to a review, if there is one.

    For those who may reply.
    """
    require_can_reply(review_id)
    replies.delete(review_id)
