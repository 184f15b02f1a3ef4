"""A learner's result in homework: the best of all submissions, after lateness. Pure functions of what is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from learnstream.documents.submission import SubmissionOutcome
from learnstream.services.assignments.deadlines import reduced

NOTHING = Decimal(0)
# What staff see of a grade, and what its learner sees of it.
Part = Literal["grade", "released"]


@dataclass(frozen=True, slots=True)
class Result:
    """A graded submission: its points before (`raw_points`) and after lateness, which takes `penalty` percent.

    `at` is when it was graded; or, of what the learner sees, when that was released.
    """

    points: Decimal
    raw_points: Decimal
    max_points: Decimal
    late_seconds: int
    penalty: Decimal
    submission_id: str
    number: int
    at: datetime

    @property
    def fraction(self) -> Fraction:
        """The share of the points, exactly."""
        return Fraction(self.points) / Fraction(self.max_points)


def best(submissions: Iterable[SubmissionOutcome], part: Part = "grade") -> Result | None:
    """Return the best result of a learner's submissions, the earliest one of several; None if none has a grade.

    So a late submission never takes from one that was in time. Grades out of different points are compared as shares.
    """
    results = (result(each, part) for each in sorted(submissions, key=lambda each: each["number"]))
    return max((each for each in results if each), key=lambda each: each.fraction, default=None)


def result(submission: SubmissionOutcome, part: Part = "grade") -> Result | None:
    """Return the result of a submission; None without a grade."""
    grade, penalty = submission[part], submission["penalty"]
    if grade is None:
        return None
    raw, percent = grade["points"].to_decimal(), penalty.to_decimal() if penalty else NOTHING
    return Result(
        points=reduced(raw, percent),
        raw_points=raw,
        max_points=grade["max_points"].to_decimal(),
        late_seconds=submission["late_seconds"],
        penalty=percent,
        submission_id=str(submission["_id"]),
        number=submission["number"],
        at=submission["released"]["released_at"] if part == "released" and submission["released"] else grade["at"],
    )
