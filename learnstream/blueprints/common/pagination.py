"""Parts of lists, in the words of services and back."""

from typing import TypeVar

from learnstream.stores.keyset import Found, Part
from learnstream.web.paging import Page

T = TypeVar("T")


def wanted(page: Page) -> Part:
    """Return which part of a list a client asks for."""
    return Part(page.size, page.first, page.after)


def entries(page: Page, found: Found[T]) -> list[T]:
    """Return the entries of a part, and note for the answer's headers how many there are and what follows."""
    page.total, page.place = found.total, found.place
    return found.entries
