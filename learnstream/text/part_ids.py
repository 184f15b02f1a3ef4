"""Ids of parts that their authors may leave out, such as options and levels."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any


def complete(parts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return parts that all have an id: the author's, else the next free number."""
    found = [dict(each) for each in parts]
    taken = {each["id"] for each in found if each.get("id")}
    free = (text for number in count(1) if (text := str(number)) not in taken)
    return [{**each, "id": each.get("id") or next(free)} for each in found]
