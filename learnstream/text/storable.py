"""Texts that both stores can hold."""

import re

SURROGATE = re.compile("[\ud800-\udfff]")


def problem_of(text: str) -> str | None:
    """Return why a text cannot be stored; None if it can."""
    if "\x00" in text:
        return "Must not contain NUL characters."
    if SURROGATE.search(text):
        return "Must be valid Unicode."
    return None
