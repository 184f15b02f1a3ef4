"""Dates of which the day, or the month as well, may be unknown: `1897`, `1897-05`, `1897-05-26` (ISO 8601)."""

import re
from datetime import date

YEAR, MONTH, DAY = re.compile(r"[0-9]{4}"), re.compile(r"[0-9]{4}-[0-9]{2}"), re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_valid(text: str) -> bool:
    """True if the text is a year, a month or a day that exists."""
    whole = f"{text}-01-01" if YEAR.fullmatch(text) else f"{text}-01" if MONTH.fullmatch(text) else text
    if not DAY.fullmatch(whole):
        return False
    try:
        date.fromisoformat(whole)
    except ValueError:
        return False
    return True
