"""International Standard Book Numbers (ISO 2108): checked, and in the form of 13 digits."""

import re

# Hyphens of all kinds and spaces separate the parts of an ISBN.
SEPARATORS = re.compile(r"[\s\u00ad\u2010-\u2015\u2212-]")
LABEL = re.compile(r"ISBN(?:-?1[03])?:?", re.IGNORECASE)
TEN, THIRTEEN = re.compile(r"[0-9]{9}[0-9X]"), re.compile(r"97[89][0-9]{10}")


def normalize(text: str) -> str:
    """Return an ISBN of 10 or 13 digits, with or without hyphens, as 13 digits.

    Raises:
        ValueError: it is none, or its check digit is wrong.
    """
    stripped = text.strip()
    label = LABEL.match(stripped)
    digits = SEPARATORS.sub("", stripped[label.end() :] if label else stripped).upper()
    if TEN.fullmatch(digits):
        return _from_ten(digits)
    if not THIRTEEN.fullmatch(digits):
        raise ValueError("Must be an ISBN of 13 digits, beginning with 978 or 979, or of 10.")
    if digits[-1] != check_digit(digits[:12]):
        raise ValueError("The check digit of the ISBN is wrong.")
    return digits


def check_digit(twelve: str) -> str:
    """Return the last digit of an ISBN whose first twelve are these."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)


def _from_ten(digits: str) -> str:
    total = sum(
        weight * (10 if digit == "X" else int(digit)) for weight, digit in zip(range(10, 0, -1), digits, strict=True)
    )
    if total % 11:
        raise ValueError("The check digit of the ISBN is wrong.")
    twelve = f"978{digits[:9]}"
    return twelve + check_digit(twelve)
