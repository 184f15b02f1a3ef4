"""Responses of bytes that rarely change: compressed once, with an ETag, so that clients keep their copies."""

import gzip
import zlib
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

from flask import Response, request

YEAR = 365 * 86400  # seconds
REVALIDATE = 0
# Compressing less would not pay for the header.
LEAST = 200  # bytes
# A worker that packs Scalar (4.9 MB, compressed 1.4 MB) grows by 2.0 MB, and by 7.1 MB if it reads the file at once.
PART = 65536  # bytes
GZIP = 31  # the window size with which zlib writes the gzip format
DIGEST_SIZE = 8  # bytes


@dataclass(frozen=True)
class Packed:
    """Bytes, or the file that contains them, with their digest; compressed if that makes them smaller."""

    plain: bytes | Path
    zipped: bytes | None
    digest: str

    def read(self) -> bytes:
        """Return the plain bytes."""
        return self.plain.read_bytes() if isinstance(self.plain, Path) else self.plain


def pack(plain: bytes) -> Packed:
    """Compress the bytes."""
    zipped = gzip.compress(plain, mtime=0) if len(plain) >= LEAST else plain
    digest = blake2b(plain, digest_size=DIGEST_SIZE).hexdigest()
    return Packed(plain, zipped if len(zipped) < len(plain) else None, digest)


def pack_file(path: Path) -> Packed:
    """Compress a large file in parts; clients that do not accept gzip get it from the disk."""
    packer, digest = zlib.compressobj(wbits=GZIP), blake2b(digest_size=DIGEST_SIZE)
    parts: list[bytes] = []
    with path.open("rb") as file:
        for part in iter(partial(file.read, PART), b""):
            digest.update(part)
            parts.append(packer.compress(part))
    return Packed(path, b"".join([*parts, packer.flush()]), digest.hexdigest())


def send(packed: Packed, mimetype: str, *, max_age: int) -> Response:
    """Return a response that any cache may keep for `max_age` seconds; with 0, it asks each time whether it changed."""
    zipped = packed.zipped if request.accept_encodings["gzip"] > 0 else None
    response = Response(packed.read() if zipped is None else zipped, mimetype=mimetype)
    if zipped:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    # Different bytes need different tags (RFC 9110, 8.8.3.3).
    response.set_etag(f"{packed.digest}-gzip" if zipped else packed.digest)
    response.cache_control.public = True
    if max_age == REVALIDATE:
        response.cache_control.no_cache = True
    else:
        response.cache_control.max_age = max_age
    response.make_conditional(request)
    return response
