"""The grading settings of a course, in its draft and its versions: how totals follow from grades."""

import enum
from typing import NotRequired, TypedDict

from bson import Decimal128


class Missing(enum.StrEnum):
    """What a lesson counts in which nothing was handed in before its deadline: zero, or nothing at all."""

    ZERO_AFTER_DUE = "zero_after_due"
    IGNORE = "ignore"


class GradingCategory(TypedDict):
    """A category of lessons: its weight in the total, and how many of its results are left out for each learner."""

    id: str
    title: str
    weight: Decimal128
    drop_lowest: int


class GradedLesson(TypedDict):
    """The category of a lesson, None without one; `extra_credit`: its points add nothing to the maximum."""

    category_id: str | None
    extra_credit: bool


# A label for totals from a fraction on.
GradingBand = TypedDict("GradingBand", {"label": str, "from": Decimal128})


class StoredGrading(TypedDict):
    """The settings; `lessons` by id, and the best label of the `scale` first.

    completion_fraction: what a total must reach so that the course is completed; None or absent: all lessons suffice.
    """

    categories: list[GradingCategory]
    lessons: dict[str, GradedLesson]
    missing: str
    pass_fraction: Decimal128
    completion_fraction: NotRequired[Decimal128 | None]
    scale: list[GradingBand]
    decimals: int
