"""The grading settings of a course, as the gradebook computes with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from learnstream.documents.grading import Missing


@dataclass(frozen=True, slots=True)
class Category:
    """A category of lessons: its weight in the total, and how many of its results are left out for each learner."""

    id: str
    title: str
    weight: Decimal
    drop_lowest: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """The category of a lesson, None without one; `extra_credit`: its points add nothing to the maximum."""

    category_id: str | None
    extra_credit: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A label of the scale, for totals from `at_least` (a fraction) on."""

    label: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Grading:
    """How the totals of a course come about: without settings, all graded lessons count by their points.

    completion_fraction: what a total must reach so that the course is completed; None: all lessons suffice.
    lessons: by lesson id. scale: the best label first. decimals: of shown percentages.
    """

    categories: tuple[Category, ...] = ()
    lessons: Mapping[str, Placement] = field(default_factory=dict)
    missing: Missing = Missing.IGNORE
    pass_fraction: Decimal = Decimal("0.5")
    completion_fraction: Decimal | None = None
    scale: tuple[Band, ...] = ()
    decimals: int = 1


PLAIN = Grading()
