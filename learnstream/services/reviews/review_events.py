"""Events of reviews, which are stored with the change that causes them. They tell no text and no reason."""

from datetime import datetime
from secrets import token_hex

from learnstream.documents.progress import ProgressEvent
from learnstream.documents.review import OwnReview
from learnstream.models import EventType
from learnstream.stores.mongo import Expression


def pushed(kind: EventType, review: OwnReview, *, by: int, at: datetime) -> Expression:
    """Return the part of an update that stores an event for a review's author; none once the account is erased."""
    if review["user_id"] is None:
        return {}
    data = {
        "review_id": str(review["_id"]),
        "user_id": review["user_id"],
        "subject_kind": review["subject_kind"],
        "subject_id": str(review["subject_id"]),
        "by": by,
    }
    event: ProgressEvent = {"id": f"{kind}:{review['_id']}:{token_hex(8)}", "type": kind.value, "at": at, "data": data}
    return {"$push": {"pending_events": event}}
