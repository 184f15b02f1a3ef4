"""The ratings of courses and books, as their documents hold them."""

from typing import TypedDict

from bson import ObjectId
from mongoengine import DictField, EmbeddedDocument, FloatField, IntField, ListField


class Move(TypedDict):
    """A review, how often it had been counted before, and the stars as which it was counted; 0 for none."""

    review_id: ObjectId
    turn: int
    stars: int


class ListedRating(TypedDict):
    """What lists show of a rating, and sort by."""

    count: int
    stars: list[int]
    mean: float
    score: float | None


class Rating(TypedDict):
    """What reviews amount to: their number, the sum of their stars, and how many gave one star, two, up to five.

    `mean` has two decimals, 0 without reviews. `score` is what lists sort by, None without reviews. `version` counts the
    changes, and `move` is the last one (see `services.reviews.counting`).
    """

    count: int
    sum: int
    stars: list[int]
    mean: float
    score: float | None
    version: int
    move: list[Move]


class ShownRating(TypedDict):
    """A rating as readers see it; `mean` is None without reviews."""

    mean: float | None
    count: int
    stars: list[int]


class EmbeddedRating(EmbeddedDocument):
    count = IntField(default=0)
    sum = IntField(default=0)
    stars = ListField(IntField(), default=lambda: [0] * 5)
    mean = FloatField(default=0.0)
    score = FloatField()
    version = IntField(default=0)
    move = ListField(DictField())


def unrated() -> Rating:
    """Return the rating of what has no reviews."""
    return {"count": 0, "sum": 0, "stars": [0] * 5, "mean": 0.0, "score": None, "version": 0, "move": []}


def shown(rating: Rating | ListedRating) -> ShownRating:
    """Return a rating as readers see it."""
    return {"mean": rating["mean"] if rating["count"] else None, "count": rating["count"], "stars": rating["stars"]}
