"""Parts of contents that have ids, such as options and items."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from learnstream.errors.questions import InvalidContent
from learnstream.text import part_ids

Part = dict[str, Any]


def identified(name: str, parts: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Return parts that all have an id: the author's, else the next free number.

    Raises:
        InvalidContent: two have the same id.
    """
    found = [dict(each) for each in parts]
    require_distinct(name, found, lambda part: part.get("id"), field="id")
    return part_ids.complete(found)


def require_distinct(name: str, parts: list[Part], key_of: Callable[[Part], Any], *, field: str) -> None:
    """Raise for each part whose key another one has.

    Raises:
        InvalidContent: there are such parts.
    """
    counts = Counter(key for part in parts if (key := key_of(part)) is not None)
    twice = {
        index: {field: ["Must not be the same as another one."]}
        for index, part in enumerate(parts)
        if counts[key_of(part)] > 1
    }
    if twice:
        raise InvalidContent({name: twice})


def by_id(parts: Iterable[Part]) -> dict[str, Part]:
    return {part["id"]: part for part in parts}


def ids_of(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    return [part["id"] for part in parts]
