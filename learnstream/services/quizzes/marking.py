"""Marking: a pure function of a version of a question and an answer, in exact arithmetic."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from learnstream.services.quizzes import kinds
from learnstream.services.quizzes.kinds import Answer, Marked
from learnstream.services.quizzes.version import Version

PLACES = 4  # decimal places of points


def mark(version: Version, answer: Answer) -> Marked:
    """Return the share of the points that a canonical answer is worth (see `presentation.canonical`); None is blank."""
    kind = kinds.of(version.kind)
    return kinds.BLANK if kind.is_blank(answer) else kind.mark(version.content, answer)


def points(share: Fraction, maximum: Decimal) -> Decimal:
    """Return a share of the maximum points, rounded half up to four decimal places."""
    units = floor(share * Fraction(maximum) * 10**PLACES + Fraction(1, 2))
    return Decimal(units).scaleb(-PLACES)
