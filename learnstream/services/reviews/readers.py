"""What readers say about reviews: that one helped them, or that something is wrong with it. Each counts once."""

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Review
from learnstream.documents.review import Report, ReportReason
from learnstream.errors.reviews import OwnReviewMarked
from learnstream.services.reviews import reviews, subjects
from learnstream.services.reviews.reviews import VISIBLE
from learnstream.stores.mongo import Expression


def vote(review_id: str, *, by: int) -> None:
    """Count a review as helpful to a user, once.

    Raises:
        NoSuchReview: there is none, or it is hidden.
        OwnReviewMarked: the user wrote it.
    """
    _mark(review_id, by, {"voters": {"$ne": by}}, {"$push": {"voters": by}, "$inc": {"helpful": 1}})


def take_back(review_id: str, *, by: int) -> None:
    """Count a review as helpful to a user no more.

    Raises:
        NoSuchReview, OwnReviewMarked: see `vote`.
    """
    _mark(review_id, by, {"voters": by}, {"$pull": {"voters": by}, "$inc": {"helpful": -1}})


def report(review_id: str, *, by: int, reason: ReportReason, text: str = "") -> None:
    """Report a review to the administrators, once for each user.

    Raises:
        NoSuchReview, OwnReviewMarked: see `vote`.
    """
    made: Report = {"user_id": by, "reason": reason.value, "text": text, "at": now(), "dismissed": False}
    change: Expression = {"$push": {"reports": made}, "$inc": {"open_reports": 1}, "$set": {"reported_at": made["at"]}}
    _mark(review_id, by, {"reports.user_id": {"$ne": by}}, change)


def _mark(review_id: str, by: int, unless_done: Expression, change: Expression) -> None:
    """Apply a change to a review of another user, unless it has been made."""
    wanted = {"_id": ObjectId(review_id), **VISIBLE, "user_id": {"$ne": by}, **unless_done}
    changed = Review.collection().update_one(wanted, change).matched_count
    found = reviews.visible(review_id)
    if changed:
        subjects.reviews_changed(reviews.subject_of(found))
    elif found["user_id"] == by:
        raise OwnReviewMarked()
