"""Writing reviews: one for each user and subject, which a unique index decides."""

from collections.abc import Collection
from typing import Any, TypedDict

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import Review
from learnstream.documents.rating import Rating
from learnstream.documents.review import OwnReview
from learnstream.errors.authoring import EditConflict
from learnstream.services.reviews import counting, reviews
from learnstream.services.reviews.reviews import OWN, PRESENT
from learnstream.services.reviews.subjects import Subject
from learnstream.stores.mongo import Expression

TRIES = 5
# What others said about a review: nothing at first, and again once it was deleted. Being hidden is not among it.
UNTOUCHED: Expression = {
    "helpful": 0,
    "voters": [],
    "reports": [],
    "open_reports": 0,
    "reported_at": None,
    "reply": None,
}


class Given(TypedDict):
    """What an author says."""

    stars: int
    text: str
    anonymous: bool


def save(
    subject: Subject,
    *,
    author_id: int,
    given: Given,
    progress_percent: int | None,
    expect: Collection[int] | None = None,
) -> tuple[OwnReview, Rating, bool]:
    """Write or replace a user's review; return it, the subject's rating, and whether the review is new.

    The same content again changes nothing. What was hidden stays hidden. progress_percent: how far they are in the course.

    Raises:
        EditConflict: the review's revision is none of the expected ones, or there is none.
    """
    fields = {**given, "progress_percent": progress_percent}
    for _ in range(TRIES):
        found = OWN.find_one({"user_id": author_id, **subject.query})
        if found is not None and _says(found, given):
            # Also for a repetition whose first response was lost: it names a revision that it has changed itself.
            return found, counting.count(subject), False
        _require_expected(found, expect)
        saved = _insert(subject, author_id, fields) if found is None else _replace(found, fields, expect)
        if saved is not None:
            return saved, counting.count(subject), found is None or found["removed"]
    raise EditConflict()


def _require_expected(found: OwnReview | None, expect: Collection[int] | None) -> None:
    if expect is not None and (found is None or found["removed"] or found["revision"] not in expect):
        raise EditConflict()


def _says(review: OwnReview, given: Given) -> bool:
    return not review["removed"] and all(review[name] == value for name, value in given.items())  # type: ignore[literal-required]


def _insert(subject: Subject, author_id: int, fields: dict[str, Any]) -> OwnReview | None:
    """Insert a review. Return None if there is one by now."""
    moment = now()
    review = {
        "_id": ObjectId(),
        "subject_kind": subject.kind.value,
        **subject.query,
        "user_id": author_id,
        **fields,
        **UNTOUCHED,
        "turn": 0,
        "uncounted": True,
        "revision": 1,
        "created_at": moment,
        "updated_at": moment,
    }
    try:
        Review.collection().insert_one(review)
    except DuplicateKeyError:
        return None
    return OWN.complete(review)


def _replace(found: OwnReview, fields: dict[str, Any], expect: Collection[int] | None) -> OwnReview | None:
    """Replace a review. Return None if it was changed since it was found, or is no longer there."""
    moment = now()
    anew: Expression = {**UNTOUCHED, "removed": False, "created_at": moment} if found["removed"] else {}
    change: Expression = {
        "$set": {**fields, **anew, "uncounted": True, "updated_at": moment},
        "$inc": {"revision": 1},
    }
    if not anew:
        # Those who reported what it said before may report what it says now.
        change["$pull"] = {"reports": {"dismissed": True}}
    # Without a condition, the last one wins.
    overwrites = expect is None and not anew
    return reviews.change({**_same(found), **PRESENT} if overwrites else _unchanged(found), change)


def delete(subject: Subject, *, author_id: int, expect: Collection[int] | None = None) -> None:
    """Delete a user's review, with what was said about it.

    Raises:
        NoSuchReview: there is none.
        EditConflict: its revision is none of the expected ones.
    """
    for _ in range(TRIES):
        found = reviews.mine(subject, author_id)
        if expect is not None and found["revision"] not in expect:
            raise EditConflict()
        gone: Expression = {"removed": True, "text": "", "uncounted": True, **UNTOUCHED}
        if reviews.change(_unchanged(found), {"$set": gone, "$inc": {"revision": 1}}):
            counting.count(subject)
            return
    raise EditConflict()


def _unchanged(found: OwnReview) -> Expression:
    return {**_same(found), "revision": found["revision"]}


def _same(found: OwnReview) -> Expression:
    # Once the account is erased, the review is nobody's.
    return {"_id": found["_id"], "user_id": found["user_id"]}
