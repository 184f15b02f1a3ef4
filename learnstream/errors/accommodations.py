"""Errors of accommodations."""

from learnstream.errors import NotFound


class NoSuchAccommodation(NotFound):
    detail = "The accommodation does not exist."
