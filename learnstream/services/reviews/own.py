"""A review as its author sees it."""

from datetime import datetime
from typing import TypedDict

from learnstream.documents.rating import Rating, ShownRating
from learnstream.documents.rating import shown as shown_rating
from learnstream.documents.review import OwnReview
from learnstream.services.reviews import listing
from learnstream.services.reviews.listing import Shown


class ShownHiding(TypedDict):
    reason: str
    at: datetime


class ShownOwn(Shown):
    anonymous: bool
    hidden: ShownHiding | None


class Written(ShownOwn):
    rating: ShownRating


def shown(review: OwnReview) -> ShownOwn:
    """Return a review with why it is hidden, if it is."""
    hidden = review["hidden"]
    return {
        **listing.shown(review),
        "anonymous": review["anonymous"],
        "hidden": {"reason": hidden["reason"], "at": hidden["at"]} if hidden else None,
    }


def written(review: OwnReview, rating: Rating) -> Written:
    """Return a review that was just written, with what all reviews amount to now."""
    return {**shown(review), "rating": shown_rating(rating)}
