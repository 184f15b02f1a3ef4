"""Lists: newest first, in pages that begin after an object."""

from collections.abc import Callable, Sequence
from typing import Any

from devstack.emulation.store import Record
from devstack.stripe import forms
from devstack.stripe.errors import invalid

CREATED = {"gt": forms.integer, "gte": forms.integer, "lt": forms.integer, "lte": forms.integer}
LISTING: dict[str, Any] = {
    "limit": forms.integer,
    "starting_after": forms.text(),
    "created": CREATED,
    "expand": [forms.text()],
}
COMPARED: dict[str, Callable[[int, int], bool]] = {
    "gt": int.__gt__,
    "gte": int.__ge__,
    "lt": int.__lt__,
    "lte": int.__le__,
}


def page(records: Sequence[Record], asked: Record, url: str, show: Callable[[Record], Record]) -> Record:
    """Return a page of those of these objects, oldest first, that have the attributes of the request."""
    equal = {name: value for name, value in asked.items() if name not in LISTING}
    found = [each for each in records[::-1] if _matches(each, equal, asked.get("created") or {})]
    ids = [each["id"] for each in found]
    if (after := asked.get("starting_after")) is not None:
        if after not in ids:
            raise invalid("starting_after", f"No such object: '{after}'", "resource_missing")
        found = found[ids.index(after) + 1 :]
    limit = min(100, max(1, asked.get("limit", 10)))
    shown = [show(each) for each in found[:limit]]
    return {"object": "list", "data": shown, "has_more": len(found) > limit, "url": url}


def _matches(record: Record, equal: Record, created: Record) -> bool:
    return all(record[name] == value for name, value in equal.items()) and all(
        COMPARED[name](record["created"], limit) for name, limit in created.items()
    )
