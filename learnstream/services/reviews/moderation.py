"""Moderation: administrators hide reviews, restore them, and dismiss reports."""

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Review, SubjectKind
from learnstream.documents.projection import Projection
from learnstream.documents.review import Concern, Hidden, ModeratedReview, ReportReason
from learnstream.errors.reviews import NoSuchReview, ReviewNotHidden
from learnstream.models import EventType
from learnstream.services.foundation import audit
from learnstream.services.reviews import counting, review_events, reviews
from learnstream.services.reviews.reviews import PRESENT
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression

KIND = "review"  # in the audit log
MODERATED = Projection(Review, ModeratedReview)
WANTED: dict[Concern, Expression] = {
    Concern.REPORTED: {"open_reports": {"$gt": 0}, "hidden": None},
    Concern.HIDDEN: {"hidden.at": {"$exists": True}},
}
LATEST = {
    Concern.REPORTED: Keys(("reported_at", -1), ("_id", -1)),
    Concern.HIDDEN: Keys(("hidden.at", -1), ("_id", -1)),
}
# All reports of a review, in the state after an administrator has decided.
DISMISSED: Expression = {"reports.$[].dismissed": True, "open_reports": 0}


def browse(
    concern: Concern,
    *,
    part: Part,
    subject_kind: SubjectKind | None = None,
    subject_id: str | None = None,
    reason: ReportReason | None = None,
) -> Found[ModeratedReview]:
    """Return a part of the reviews that concern administrators, the one reported or hidden last first.

    reason: only those that were reported for it, and not dismissed.
    """
    wanted: Expression = {**PRESENT, **WANTED[concern]}
    if subject_kind:
        wanted["subject_kind"] = subject_kind.value
    if subject_id:
        wanted["subject_id"] = ObjectId(subject_id)
    if reason:
        wanted["reports"] = {"$elemMatch": {"reason": reason.value, "dismissed": False}}
    order = LATEST[concern]
    return order.cut(MODERATED.find(order.part_of(wanted, part), sort=order.sort, limit=part.look), part)


def hide(review_id: str, *, by: int, reason: str) -> ModeratedReview:
    """Hide a review: nobody but its author sees it, and it no longer counts. One that is hidden stays as it is.

    Raises:
        NoSuchReview: there is none.
    """
    found = _find(review_id)
    moment = now()
    hidden: Hidden = {"by": by, "at": moment, "reason": reason}
    told = review_events.pushed(EventType.REVIEW_HIDDEN, found, by=by, at=moment)
    review = _decide(review_id, {"hidden": None}, {"$set": {"hidden": hidden, "uncounted": True}, **told})
    if done := review["hidden"]:
        _record_hiding(review_id, done)
    counting.count(reviews.subject_of(review))
    return review


def restore(review_id: str, *, by: int) -> ModeratedReview:
    """Show a hidden review again, and dismiss its reports.

    Raises:
        NoSuchReview: there is none.
        ReviewNotHidden: it is not hidden.
    """
    if not _find(review_id)["hidden"]:
        raise ReviewNotHidden()
    audit.record("review.restored", actor_id=by, target_kind=KIND, target_id=review_id)
    shown = {"$set": {**DISMISSED, "hidden": None, "uncounted": True}}
    review = _decide(review_id, {"hidden.at": {"$exists": True}}, shown)
    counting.count(reviews.subject_of(review))
    return review


def dismiss(review_id: str, *, by: int) -> ModeratedReview:
    """Dismiss all reports of a review.

    Raises:
        NoSuchReview: there is none.
    """
    if number := _find(review_id)["open_reports"]:
        audit.record("review.reports_dismissed", actor_id=by, target_kind=KIND, target_id=review_id, reports=number)
    return _decide(review_id, {"open_reports": {"$gt": 0}}, {"$set": DISMISSED})


def _find(review_id: str) -> ModeratedReview:
    found = MODERATED.find_one({"_id": ObjectId(review_id), **PRESENT})
    if found is None:
        raise NoSuchReview()
    return found


def _decide(review_id: str, unless_done: Expression, update: Expression) -> ModeratedReview:
    """Apply an update to a review, unless that has been done, and return the review."""
    reviews.change({"_id": ObjectId(review_id), **PRESENT, **unless_done}, update)
    return _find(review_id)


def _record_hiding(review_id: str, hidden: Hidden) -> None:
    """Record who hid a review, once, also if the request that did it was interrupted."""
    entry = audit.entry(
        "review.hidden", actor_id=hidden["by"], target_kind=KIND, target_id=review_id, reason=hidden["reason"]
    )
    audit.record_once(f"review.hidden:{review_id}:{hidden['at'].isoformat()}", entry, at=hidden["at"])
