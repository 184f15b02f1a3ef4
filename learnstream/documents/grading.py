"""The grading settings of a course, in its draft and its versions: how totals follow from grades."""

import enum
from typing import TypedDict

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
    """The settings; `lessons` by id, and the best label of the `scale` first."""

    categories: list[GradingCategory]
    lessons: dict[str, GradedLesson]
    missing: str
    pass_fraction: Decimal128
    scale: list[GradingBand]
    decimals: int
