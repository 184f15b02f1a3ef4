"""Uploads of files, as clients send them."""

import io

import requests


class Counted(io.BytesIO):
    """Bytes that report how far they have been read."""

    def __init__(self, content, progress):
        super().__init__(content)
        self._progress = progress

    def read(self, size=-1):
        part = super().read(size)
        self._progress(self.tell())
        return part


def send(target, content, progress=lambda _: None):
    """Send the bytes to an upload URL, and report how many were sent."""
    return requests.request(
        target["method"], target["url"], headers=target["headers"], data=Counted(content, progress), timeout=20
    )
