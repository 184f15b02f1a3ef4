"""GIFT's numeric answers: a number, `number:tolerance`, or `lowest..highest`. Exact."""

import re
from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

from learnstream.services.media.imports.remarks import Refused

NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?")
EXACT = Context(prec=100)


def content(text: str) -> dict[str, Any]:
    """Return the content of a numeric question.

    Raises:
        Refused: the text is none of the three.
    """
    low, dots, high = text.partition("..")
    if dots:
        return _range(_number(low, text), _number(high, text), text)
    value, _, tolerance = text.partition(":")
    return _content(_number(value, text), _number(tolerance or "0", text))


def _range(low: Decimal, high: Decimal, text: str) -> dict[str, Any]:
    if low > high:
        raise Refused("empty_range", "The range ends before it begins.", value=text)
    half = Decimal("0.5")
    return _content(EXACT.multiply(EXACT.add(low, high), half), EXACT.multiply(EXACT.subtract(high, low), half))


def _content(value: Decimal, tolerance: Decimal) -> dict[str, Any]:
    return {"value": _plain(value), "tolerance": _plain(tolerance), "tolerance_kind": "absolute"}


def _number(part: str, text: str) -> Decimal:
    if not NUMBER.fullmatch(part.strip()):
        raise Refused("no_number", "Must be a number, number:tolerance, or lowest..highest.", value=text)
    return Decimal(part.strip().replace(",", "."))


def _plain(value: Decimal) -> str:
    return f"{EXACT.normalize(value) if value else Decimal():f}"


def stated(content: Mapping[str, Any]) -> str:
    """Return the content of a numeric question as GIFT states it; a tolerance in percent as the number that it is."""
    value, tolerance = Decimal(content["value"]), Decimal(content["tolerance"])
    if content["tolerance_kind"] == "percent":
        tolerance = EXACT.multiply(EXACT.multiply(abs(value), tolerance), Decimal("0.01"))
    return f"{_plain(value)}:{_plain(tolerance)}" if tolerance else _plain(value)
