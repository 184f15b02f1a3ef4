"""The ratings of courses and books, as their documents hold them."""

from typing import TypedDict

from mongoengine import EmbeddedDocument, FloatField, IntField, ListField


class Rating(TypedDict):
    """What reviews amount to: their number, the sum of their stars, and how many gave one star, two, up to five.

    `mean` has two decimals, 0 without reviews. `score` is what lists sort by.
    """

    count: int
    sum: int
    stars: list[int]
    mean: float
    score: float


class EmbeddedRating(EmbeddedDocument):
    count = IntField(default=0)
    sum = IntField(default=0)
    stars = ListField(IntField(), default=lambda: [0] * 5)
    mean = FloatField(default=0.0)
    score = FloatField(default=0.0)


def unrated() -> Rating:
    """Return the rating of what has no reviews."""
    return {"count": 0, "sum": 0, "stars": [0] * 5, "mean": 0.0, "score": 0.0}
