"""A number with a tolerance, compared exactly."""

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from learnstream.errors.questions import InvalidAnswer, InvalidContent
from learnstream.services.quizzes.kinds.base import NOTHING, WHOLE, Answer, Kind, Marked, as_text, remark
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.version import Content
from learnstream.text import answers

PERCENT = "percent"


class Numeric(Kind):
    """Answers are texts or JSON numbers, of which the text is the shortest that reads as the same number."""

    defaults = {"tolerance": "0", "tolerance_kind": "absolute", "feedback": ""}

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        completed = super().complete(content)
        value, tolerance = _key(completed, "value"), _key(completed, "tolerance")
        if tolerance < 0:
            raise InvalidContent({"tolerance": ["Must not be negative."]})
        return {**completed, "value": str(value), "tolerance": str(tolerance)}

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        if isinstance(answer, bool) or not isinstance(answer, str | int | float):
            raise InvalidAnswer("Must be a number, or a text.")
        if isinstance(answer, float) and not isfinite(answer):
            raise InvalidAnswer("The number is too large.")
        return as_text(str(answer), answers.MAX_NUMBER)

    def right(self, content: Content, ids: Ids) -> Any:
        return content["value"]

    def feedback(self, content: Content, answer: Answer, ids: Ids) -> list[dict[str, Any]]:
        return remark(content["feedback"])

    def mark(self, content: Content, answer: Answer) -> Marked:
        value, most = Fraction(content["value"]), _tolerance(content)
        is_right = any(abs(Fraction(reading) - value) <= most for reading in answers.readings(answer))
        return Marked(WHOLE if is_right else NOTHING)


def _tolerance(content: Content) -> Fraction:
    """Return the greatest difference from the value."""
    tolerance = Fraction(content["tolerance"])
    return abs(Fraction(content["value"])) * tolerance / 100 if content["tolerance_kind"] == PERCENT else tolerance


def _key(content: dict[str, Any], name: str) -> Decimal:
    found = answers.readings(str(content[name]))
    if not found:
        raise InvalidContent({name: ["Must be a number."]})
    if len(found) > 1:
        raise InvalidContent(
            {name: ["May be read in two ways; write it with a point, and without separators of groups."]}
        )
    return found[0]
