"""Errors of grading settings."""

from typing import Any

from learnstream.errors import Unprocessable


class InvalidGrading(Unprocessable):
    """The settings name lessons that the course does not grade, or drop more results than a category has."""

    def __init__(self, errors: dict[str, Any] | None = None) -> None:
        super().__init__(errors={"json": errors or {}})
