"""Single values of Stripe's JSON objects, checked before they are used or stored.

PostgreSQL rejects NUL and lone surrogates: ids, links and words that contain them are malformed. Words that this release
does not know become `unknown`. Each function raises one of `UNREADABLE` for a value that it cannot accept.
"""

import enum
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

Record = Mapping[str, Any]
# The exceptions that parsing an object of an unexpected shape raises.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)

ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
CURRENCY = re.compile("[a-z]{3}")
WORD = re.compile("[a-z0-9_]{1,100}")
URL = re.compile(r"https?://[\x21-\x7e]{1,4000}")
# Ours in metadata: ASCII digits, which `int` alone would not demand, and less than PostgreSQL's bigint holds.
NUMBER = re.compile("[1-9][0-9]{0,17}")
REFERENCE = re.compile("[0-9]{20}")
MAX_AMOUNT = 10**15

Words = TypeVar("Words", bound=enum.StrEnum)


def instant(value: Any) -> datetime:
    """Return a moment that is given in seconds since 1970.

    Raises:
        UNREADABLE: it is no whole number, or out of range.
    """
    return datetime.fromtimestamp(whole(value), UTC)


def expanded(value: Any) -> Record:
    """Return an object that may be given as its id or not at all: nothing is known of it then."""
    return value if isinstance(value, Mapping) else {}


def id_of(value: Any) -> str | None:
    """Return the id of an object that is given by its id, in full, or not at all."""
    if value is None:
        return None
    return identifier(value["id"] if isinstance(value, Mapping) else value)


def required_id_of(value: Any) -> str:
    """Return the id of an object that must be given."""
    if (found := id_of(value)) is None:
        raise ValueError("an id is missing")
    return found


def identifier(value: Any) -> str:
    """Return an object's own id."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError("an id is missing or malformed")
    return value


def whole(value: Any) -> int:
    """Return a whole number; `true` is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r:.40} is no whole number")
    return value


def amount(value: Any) -> int:
    """Return an amount in minor units."""
    if not 0 <= whole(value) <= MAX_AMOUNT:
        raise ValueError(f"{value!r:.40} is no amount")
    return int(value)


def currency(value: Any) -> str:
    """Return the code of a currency, in lower case as Stripe writes it."""
    if not isinstance(value, str) or not CURRENCY.fullmatch(value):
        raise ValueError(f"{value!r:.40} is no currency")
    return value


def flag(value: Any) -> bool:
    """Return a truth value."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r:.40} is neither true nor false")
    return value


def word(words: type[Words], value: Any) -> Words:
    """Return one of an enumeration's words; `unknown` if it is none of them."""
    return words(value) if value in {*words} else words("unknown")


def ours(record: Record, name: str) -> int | None:
    """Return a number of ours from the metadata; None if the object is not ours, whoever wrote there."""
    value = (record.get("metadata") or {}).get(name)
    return int(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None


def reference(record: Record) -> str | None:
    """Return the reference of an order from the metadata; None if there is none of ours."""
    value = (record.get("metadata") or {}).get("reference")
    return value if isinstance(value, str) and REFERENCE.fullmatch(value) else None


def url(value: Any) -> str | None:
    """Return a link; None if it is not one that a browser may follow."""
    return value if isinstance(value, str) and URL.fullmatch(value) else None


def reason(value: Any) -> str | None:
    """Return why something is so, in a word of Stripe's; `unknown` if it is not one."""
    if value is None:
        return None
    return value if isinstance(value, str) and WORD.fullmatch(value) else "unknown"
