"""Lists: newest first, in pages that begin after an object."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from devstack.emulation.store import Record, Store
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


def page(
    store: Store,
    kind: str,
    asked: Record,
    url: str,
    show: Callable[[Record], Record],
    wanted: Callable[[Record], bool] = lambda _: True,
) -> Record:
    """Return a page of those of the stored objects that have the attributes of the request.

    wanted: whether an object, as it is stored, belongs to the list.

    Raises:
        StripeError: 400, there is no object with the id after which the page begins.
    """
    equal = {name: value for name, value in asked.items() if name not in LISTING}
    created, limit = asked.get("created") or {}, min(100, max(1, asked.get("limit", 10)))
    newest = store.newest_first(kind, before=asked.get("starting_after"), **equal)
    found = (each for each in newest if wanted(each) and _is_within(show(each)["created"], created))
    try:
        shown = [show(each) for each in islice(found, limit + 1)]
    except KeyError as error:
        raise invalid("starting_after", f"No such object: {error}", "resource_missing") from None
    return {"object": "list", "data": shown[:limit], "has_more": len(shown) > limit, "url": url}


def _is_within(created: int, limits: Record) -> bool:
    return all(COMPARED[name](created, limit) for name, limit in limits.items())
