"""Forms with brackets, as Stripe's SDK sends them: `line_items[0][price_data][unit_amount]=4900`.

What a request may contain is a description: a checker for a value, a dictionary for an object, a list with one
description for a list. Everything else is refused, as Stripe does it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from devstack.stripe.errors import invalid

Checker = Callable[[str, str], Any]
Description = Checker | Mapping[str, Any] | list[Any]

NAME = re.compile(r"[^\[\]]+(\[[^\[\]]*\])*")
PART = re.compile(r"[^\[\]]+|\[\]")
INTEGER = re.compile(r"-?\d{1,18}")
METADATA_KEYS, METADATA_KEY, METADATA_VALUE = 50, 40, 500


def parse(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the nested dictionaries of a form; lists are dictionaries by index.

    Raises:
        StripeError: 400, a name is not well-formed or occurs twice.
    """
    parsed: dict[str, Any] = {}
    for name, value in fields:
        if not NAME.fullmatch(name):
            raise invalid(name, f"Invalid parameter name: {name}")
        *outer, last = PART.findall(name)
        place = parsed
        for part in outer:
            place = place.setdefault(_index(part, place), {})
            if not isinstance(place, dict):
                raise invalid(name, f"Invalid object: {name}")
        if (last := _index(last, place)) in place:
            raise invalid(name, f"Parameter given twice: {name}")
        place[last] = value
    return parsed


def _index(part: str, place: Mapping[str, Any]) -> str:
    """Return the name of a part; `[]` is the next place of a list."""
    return str(len(place)) if part == "[]" else part


def read(parsed: Any, description: Description, path: str = "") -> Any:
    """Return what was parsed, checked, with lists as lists.

    Raises:
        StripeError: 400, a parameter is unknown or has another type.
    """
    if callable(description):
        if not isinstance(parsed, str):
            raise invalid(path, f"Invalid string: {path}")
        return description(parsed, path)
    if parsed == "":
        return None
    if not isinstance(parsed, dict):
        raise invalid(path, f"Invalid {'array' if isinstance(description, list) else 'object'}: {path}")
    if isinstance(description, list):
        return [read(parsed[index], description[0], f"{path}[{index}]") for index in _indexes(parsed, path)]
    return {name: read(value, _known(description, name, path), _join(path, name)) for name, value in parsed.items()}


def _indexes(parsed: Mapping[str, Any], path: str) -> list[str]:
    if {*parsed} != {str(number) for number in range(len(parsed))}:
        raise invalid(path, f"Invalid array: {path}")
    return sorted(parsed, key=int)


def _known(description: Mapping[str, Any], name: str, path: str) -> Description:
    if name not in description:
        raise invalid(_join(path, name), f"Received unknown parameter: {_join(path, name)}", "parameter_unknown")
    known: Description = description[name]
    return known


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def text(limit: int = 5000) -> Checker:
    def check(value: str, path: str) -> str:
        if len(value) > limit:
            raise invalid(path, f"Invalid string: {path} must be at most {limit} characters")
        return value

    return check


def integer(value: str, path: str) -> int:
    if not INTEGER.fullmatch(value):
        raise invalid(path, f"Invalid integer: {value}", "parameter_invalid_integer")
    return int(value)


def boolean(value: str, path: str) -> bool:
    if value not in {"true", "false"}:
        raise invalid(path, f"Invalid boolean: {value}")
    return value == "true"


def choice(*words: str) -> Checker:
    def check(value: str, path: str) -> str:
        if value not in words:
            raise invalid(path, f"Invalid {path}: must be one of {', '.join(words)}")
        return value

    return check


class Metadata(dict[str, Any]):
    """The description of metadata: any keys, within Stripe's limits."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and len(name) <= METADATA_KEY

    def __missing__(self, name: str) -> Checker:
        return text(METADATA_VALUE)


METADATA = Metadata()
