"""Errors of analytics."""

from learnstream.errors import NotFound


class NoSuchVideo(NotFound):
    detail = "This lesson has never had this video."
