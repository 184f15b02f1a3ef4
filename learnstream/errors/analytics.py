"""Errors of analytics."""

from learnstream.errors import NotFound


class NoSuchVideo(NotFound):
    detail = "This lesson never showed such a video."
