"""Replies of the staff to reviews."""

from learnstream.clock import now
from learnstream.documents.review import OwnReview, Reply
from learnstream.errors.reviews import NoSuchReview
from learnstream.models import EventType
from learnstream.services.reviews import review_events, reviews, subjects
from learnstream.services.reviews.reviews import VISIBLE
from learnstream.stores.mongo import Expression

TRIES = 5


def save(review_id: str, *, by: int, text: str) -> OwnReview:
    """Answer a review, or correct the reply; return the review. Its author is told of the first reply alone.

    Raises:
        NoSuchReview: there is none, or it is hidden.
    """
    for _ in range(TRIES):
        found = reviews.visible(review_id)
        if found["reply"] and found["reply"]["text"] == text:
            return found
        moment = now()
        reply: Reply = {"text": text, "by": by, "at": moment}
        told = {} if found["reply"] else review_events.pushed(EventType.REVIEW_REPLIED, found, by=by, at=moment)
        if changed := _change(found, {"$set": {"reply": reply}, **told}):
            return changed
    raise NoSuchReview()


def delete(review_id: str) -> None:
    """Remove the reply to a review, if there is one.

    Raises:
        NoSuchReview: there is none, or it is hidden.
    """
    found = reviews.visible(review_id)
    if found["reply"]:
        _change(found, {"$set": {"reply": None}})


def _change(found: OwnReview, update: Expression) -> OwnReview | None:
    """Change the reply of a review; return None if it is hidden or erased by now, or has got another reply."""
    unchanged = {"_id": found["_id"], "user_id": found["user_id"], **VISIBLE, "reply": found["reply"]}
    changed = reviews.change(unchanged, update)
    if changed:
        subjects.reviews_changed(reviews.subject_of(changed))
    return changed
