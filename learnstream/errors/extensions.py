"""Errors of extensions."""

from learnstream.errors import NotFound


class NoSuchExtension(NotFound):
    detail = "The extension does not exist."
