"""Errors of reading lists."""

from typing import Any

from learnstream.errors import NotFound, Unprocessable


class InvalidReadingList(Unprocessable):
    """Entries name books that cannot be added, or lessons that the course does not have."""

    def __init__(self, entries: dict[str, Any] | None = None) -> None:
        super().__init__(errors={"json": {"entries": entries or {}}})


class NotOnReadingList(NotFound):
    code, detail = "not_on_reading_list", "The reading list of your version of the course does not have this book."
