"""Checks of an assignment's settings that depend on more than their shape."""

from collections.abc import Iterable, Mapping
from typing import Any

from learnstream.services.media.file_purposes import HOMEWORK, canonical


def is_before(moment: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Return whether a moment is before another one, as far as they can be compared: instants, or days of one learner."""
    if not moment or not other:
        return False
    return any(moment[name] < other[name] for name in ("at", "after_days") if name in moment and name in other)


def content_types(given: Iterable[str]) -> tuple[list[str], dict[int, list[str]]]:
    """Return content types by their canonical names, and messages for those that files cannot have, by place."""
    types = [canonical(each) for each in given]
    message = f"Must be one of: {', '.join(HOMEWORK.types)}."
    return [*dict.fromkeys(types)], {place: [message] for place, each in enumerate(types) if each not in HOMEWORK.types}
