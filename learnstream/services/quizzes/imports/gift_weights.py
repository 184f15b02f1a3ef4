"""The weights of GIFT's answers, as far as our questions can state them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from learnstream.documents.question import QuestionKind
from learnstream.services.media.imports.remarks import Refused
from learnstream.text.gift_reader import Answer

ALL = Fraction(100)
# Percentages are written with up to this error: a third is 33.33333.
PRECISION = Fraction(1, 100)
IGNORED = ("weight_ignored", "A wrong option of a single choice takes off no points; its weight is ignored.")
PARTIAL = (
    "weights_approximated",
    "With partial credit, a wrong option takes off as much as a right one gives; the weights of the wrong ones are ignored.",
)


def choice(answers: Sequence[Answer]) -> tuple[QuestionKind, dict[str, Any], tuple[str, str] | None]:
    """Return a choice's kind and content, and a warning (code and message) if the file has more to say about weights.

    Raises:
        Refused: our questions cannot have such weights.
    """
    marked = [answer for answer in answers if answer.is_right]
    if not marked:
        return _multiple(answers)
    if len(marked) > 1:
        message = "Has several right options: give each a part of the points instead, such as ~%50%."
        raise Refused("several_right", message)
    return _single(answers)


def _single(answers: Sequence[Answer]) -> tuple[QuestionKind, dict[str, Any], tuple[str, str] | None]:
    weights = [_weight(answer) for answer in answers]
    for answer, weight in zip(answers, weights, strict=True):
        if answer.is_right != (weight > 0) or 0 < weight < ALL:
            message = "An option of a single choice is right or wrong; only several right options share the points."
            raise Refused("partial_option", message, value=f"%{answer.weight}%{answer.text}")
    options = [_option(answer, answer.is_right) for answer in answers]
    return QuestionKind.SINGLE_CHOICE, {"options": options}, IGNORED if min(weights) < 0 else None


def _multiple(answers: Sequence[Answer]) -> tuple[QuestionKind, dict[str, Any], tuple[str, str] | None]:
    weights = [_weight(answer) for answer in answers]
    right = [weight for weight in weights if weight > 0]
    share = ALL / len(right) if right else ALL
    if not right or any(abs(weight - share) > PRECISION for weight in right):
        raise Refused("unequal_weights", "The weights of the right options must be equal, and add up to 100 %.")
    wrong = [weight for weight in weights if weight <= 0]
    scoring = "partial"
    warning = None if all(abs(weight + share) <= PRECISION for weight in wrong) else PARTIAL
    if warning and all(weight == -ALL for weight in wrong):
        scoring, warning = "all_or_nothing", None
    options = [_option(answer, weight > 0) for answer, weight in zip(answers, weights, strict=True)]
    return QuestionKind.MULTIPLE_CHOICE, {"options": options, "scoring": scoring}, warning


def _option(answer: Answer, correct: bool) -> dict[str, Any]:
    return {"text": answer.text, "correct": correct, "feedback": answer.feedback}


def _weight(answer: Answer) -> Fraction:
    if answer.weight is None:
        return ALL if answer.is_right else Fraction(0)
    return Fraction(answer.weight)


def share(answer: Answer) -> float:
    """Return the share of the points of an accepted text, with at most four decimals.

    Raises:
        Refused: it is not above 0 and at most 1.
    """
    found = round(_weight(answer) / ALL, 4)
    if not 0 < found <= 1:
        message = "An accepted text is worth more than 0 % and at most 100 %."
        raise Refused("odd_weight", message, value=f"%{answer.weight}%{answer.text}")
    return float(found)


def stated(options: Sequence[Mapping[str, Any]], scoring: str | None) -> list[Answer]:
    """Return a choice's options as GIFT states them; `scoring` is None for a single choice."""
    if scoring is None:
        return [Answer(option["text"], option["correct"], None, option["feedback"]) for option in options]
    part = ALL / sum(option["correct"] for option in options)
    right, wrong = _percent(part), f"-{_percent(part if scoring == 'partial' else ALL)}"
    return [
        Answer(option["text"], False, right if option["correct"] else wrong, option["feedback"]) for option in options
    ]


def percent_of(share: Any) -> str:
    """Return a share of the points as a percentage."""
    return _percent(Fraction(str(share)) * ALL)


def _percent(value: Fraction) -> str:
    """Return a percentage with at most five decimals, as Moodle writes it."""
    rounded = Decimal(round(value * 100_000)).scaleb(-5)
    return f"{rounded.normalize():f}"
