"""A JavaScript library from a wheel that contains it."""

from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from flask import Response

from learnstream.web import packed, static_files
from learnstream.web.packed import Packed


class PackedScript:
    """A file of a package that is only read, never imported; packed at the first request of a process."""

    def __init__(self, package: str, path: str) -> None:
        found = find_spec(package)
        if found is None or found.origin is None:
            raise ModuleNotFoundError(package)
        self.path = Path(found.origin).parent / path

    @property
    def version(self) -> str:
        """The digest of the file: a URL that contains it may be cached."""
        return self._packed.digest

    def response(self) -> Response:
        return static_files.send_packed(self._packed, "text/javascript")

    @cached_property
    def _packed(self) -> Packed:
        return packed.pack_file(self.path)
