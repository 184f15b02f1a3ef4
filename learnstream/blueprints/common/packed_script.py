"""A JavaScript library out of a wheel that carries it, compressed once per process."""

import zlib
from functools import cached_property, partial
from hashlib import blake2b, file_digest
from importlib.util import find_spec
from pathlib import Path

from flask import Response, request

from learnstream.web import packed
from learnstream.web.packed import REVALIDATE, YEAR
from learnstream.web.static_files import VERSION

GZIP = 31  # the window's size that makes zlib write gzip's format
# Read in parts: a worker that serves Scalar (4.9 MB, compressed 1.4 MB) grows by 2.0 MB, and by 7.1 MB if it reads it at once.
PART = 65536


class PackedScript:
    """A file of a package that is only read, never imported. The packed bytes stay in memory from the first request on."""

    def __init__(self, package: str, path: str) -> None:
        found = find_spec(package)
        if found is None or found.origin is None:
            raise ModuleNotFoundError(package)
        self.path = Path(found.origin).parent / path

    @cached_property
    def version(self) -> str:
        """A word for exactly these bytes: a URL that contains it may be cached."""
        with self.path.open("rb") as file:
            return file_digest(file, partial(blake2b, digest_size=6)).hexdigest()

    def response(self) -> Response:
        """Return the file. Only its URL with the version is valid forever: during a release, two versions are served."""
        zipped = packed.accepts_gzip()
        body = self._packed if zipped else self.path.read_bytes()
        max_age = YEAR if request.args.get(VERSION) == self.version else REVALIDATE
        return packed.respond(body, self.version, "text/javascript", zipped=zipped, max_age=max_age)

    @cached_property
    def _packed(self) -> bytes:
        packer = zlib.compressobj(wbits=GZIP)
        with self.path.open("rb") as file:
            parts = [packer.compress(part) for part in iter(partial(file.read, PART), b"")]
        return b"".join([*parts, packer.flush()])
