"""The ratings of courses and books, as their documents hold them."""

from typing import TypedDict

from mongoengine import EmbeddedDocument, FloatField, IntField, ListField


class Rating(TypedDict):
    """What reviews amount to: their number, the sum of their stars, and how many gave one star, two, up to five.

    `mean` has two decimals, 0 without reviews. `score` is what lists sort by, None without reviews.
    """

    count: int
    sum: int
    stars: list[int]
    mean: float
    score: float | None


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


def unrated() -> Rating:
    """Return the rating of what has no reviews."""
    return {"count": 0, "sum": 0, "stars": [0] * 5, "mean": 0.0, "score": None}


def shown(rating: Rating) -> ShownRating:
    """Return a rating as readers see it."""
    return {"mean": rating["mean"] if rating["count"] else None, "count": rating["count"], "stars": rating["stars"]}
