"""Exact decimal numbers: JSON numbers with at most four decimal places."""

import math
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields

PLACES = 4


class Exact(fields.Float):
    """A JSON number that is read as the decimal number it is written as; no strings or booleans are coerced.

    A number of up to four decimal places and eleven digits before them is the shortest form of its binary float.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        if not isinstance(value, float) or not math.isfinite(value):
            raise self.make_error("invalid", input=value)
        number = Decimal(repr(value)) + 0  # -0.0 is 0
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -PLACES:
            raise ma.ValidationError(f"Must have at most {PLACES} decimal places.")
        return number
