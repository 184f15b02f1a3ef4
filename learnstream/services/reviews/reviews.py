"""Reviews as they are stored."""

from typing import TypeVar

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.documents import Review, SubjectKind
from learnstream.documents.projection import Projection
from learnstream.documents.review import ListedReview, OwnReview
from learnstream.errors.reviews import NoSuchReview
from learnstream.services.reviews.subjects import Subject
from learnstream.stores.mongo import Expression

OWN = Projection(Review, OwnReview)
PRESENT: Expression = {"removed": {"$ne": True}}
# What everybody sees.
VISIBLE: Expression = {**PRESENT, "hidden": None}

R = TypeVar("R", bound=ListedReview)


def mine(subject: Subject, author_id: int) -> OwnReview:
    """Return the review that a user wrote of a subject.

    Raises:
        NoSuchReview: there is none.
    """
    found = OWN.find_one({"user_id": author_id, **subject.query, **PRESENT})
    if found is None:
        raise NoSuchReview()
    return found


def visible(review_id: str) -> OwnReview:
    """Return a review that everybody sees.

    Raises:
        NoSuchReview: there is none, or it is hidden.
    """
    found = OWN.find_one({"_id": ObjectId(review_id), **VISIBLE})
    if found is None:
        raise NoSuchReview()
    return found


def change(which: Expression, update: Expression) -> OwnReview | None:
    """Change the review that matches, and return it; None if none does."""
    changed = Review.collection().find_one_and_update(which, update, OWN.fields, return_document=ReturnDocument.AFTER)
    return changed and OWN.complete(changed)


def subject_of(review: OwnReview) -> Subject:
    """Return what a review is of."""
    return Subject(SubjectKind(review["subject_kind"]), str(review["subject_id"]))
