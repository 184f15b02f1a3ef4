"""The result of an attempt: the points of each answer, their sum, and whether it passes. Nothing is stored here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bson import Decimal128

from learnstream.documents.attempt import Answer, Item, Mark, WholeAttempt
from learnstream.services.assessment.quizzes import FrozenQuiz
from learnstream.services.quizzes import marking, questions
from learnstream.services.quizzes.version import Version

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Result:
    """The marks of an attempt by question, and what follows from them.

    `awaiting` counts the answers to be marked by hand. `passed` is None while it depends on them.
    """

    marks: Mapping[str, Mark]
    awaiting: int
    score: Decimal
    max_score: Decimal
    passed: bool | None

    @property
    def fraction(self) -> Fraction:
        """The share of the points; the whole if there are none, since all questions were dropped."""
        return Fraction(self.score) / Fraction(self.max_score) if self.max_score else Fraction(1)

    def fields(self) -> dict[str, Any]:
        """Return the fields of the document that hold the result."""
        return {
            "marks": self.marks,
            "awaiting": self.awaiting,
            "score": Decimal128(self.score),
            "max_score": Decimal128(self.max_score),
            "passed": self.passed,
        }


def result(items: Iterable[Item], marks: Mapping[str, Mark], quiz: FrozenQuiz) -> Result:
    """Return what follows from the marks of an attempt; a question without a mark awaits one, a dropped one is left out."""
    dropped = {question_id for question_id, mark in marks.items() if mark.get("dropped")}
    counted = [item for item in items if str(item["question_id"]) not in dropped]
    worth = {str(item["question_id"]): item["points"].to_decimal() for item in counted}
    score = sum((mark["points"].to_decimal() for mark in marks.values() if not mark.get("dropped")), NOTHING)
    open_points = sum((points for question_id, points in worth.items() if question_id not in marks), NOTHING)
    max_score = sum(worth.values(), NOTHING)
    needed = quiz.pass_fraction * max_score
    passed = True if score >= needed else None if score + open_points >= needed else False
    return Result(marks, len(worth.keys() - marks.keys()), score, max_score, passed)


def mark(attempt: WholeAttempt, at: datetime) -> dict[str, Mark]:
    """Return the marks of an attempt's answers by question, except for those that must be marked by hand."""
    versions = questions.versions([str(item["version_id"]) for item in attempt["items"]])
    found = {}
    for item in attempt["items"]:
        question_id = str(item["question_id"])
        version = versions[str(item["version_id"])]
        points = _points(version, attempt["answers"].get(question_id), item["points"].to_decimal())
        if points is not None:
            found[question_id] = automatic(points, at)
    return found


def automatic(points: Decimal, at: datetime) -> Mark:
    """Return a mark that no person gave."""
    return {"points": Decimal128(points), "by": None, "at": at}


def _points(version: Version, answer: Answer | None, maximum: Decimal) -> Decimal | None:
    share = marking.mark(version, answer["answer"] if answer else None).share
    return None if share is None else marking.points(share, maximum)
