"""Exact decimal numbers in documents."""

from decimal import Decimal

from bson import Decimal128

PLACES = Decimal("0.0001")


def exact(value: Decimal) -> Decimal128:
    """Return a value with four decimal places, however it was written: equal settings are equal documents."""
    return Decimal128(value.quantize(PLACES))
