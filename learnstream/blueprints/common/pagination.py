"""Conversion between page parameters and the parts of lists that services return."""

from typing import TypeVar

from learnstream.stores.keyset import Found, Part
from learnstream.web.paging import Page

T = TypeVar("T")


def requested_part(page: Page) -> Part:
    """Return the part of a list that the client requests."""
    return Part(page.size, page.first, page.after)


def entries(page: Page, found: Found[T]) -> list[T]:
    """Return the entries of a part, and set the total and the next cursor for the response headers."""
    page.total, page.position = found.total, found.position
    return found.entries
