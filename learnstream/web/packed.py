"""Responses of bytes that rarely change: compressed once, with an ETag, so that clients keep their copies."""

import gzip
from dataclasses import dataclass
from hashlib import blake2b

from flask import Response, request

YEAR = 365 * 86400  # seconds
REVALIDATE = 0
# Compressing less would not pay for the header.
LEAST = 200  # bytes


@dataclass(frozen=True)
class Packed:
    """Bytes, plain and compressed, with a digest of them."""

    plain: bytes
    zipped: bytes
    digest: str


def pack(plain: bytes) -> Packed:
    """Compress the bytes; what does not get smaller is sent as it is."""
    zipped = gzip.compress(plain, mtime=0) if len(plain) >= LEAST else plain
    return Packed(plain, zipped if len(zipped) < len(plain) else plain, blake2b(plain, digest_size=8).hexdigest())


def send(packed: Packed, mimetype: str, *, max_age: int) -> Response:
    """Return a response that any cache may keep for `max_age` seconds; with 0, it asks each time whether it changed."""
    zipped = packed.zipped is not packed.plain and accepts_gzip()
    body = packed.zipped if zipped else packed.plain
    return respond(body, packed.digest, mimetype, zipped=zipped, max_age=max_age)


def accepts_gzip() -> bool:
    """True if the client accepts compressed responses."""
    return request.accept_encodings["gzip"] > 0


def respond(body: bytes, digest: str, mimetype: str, *, zipped: bool, max_age: int) -> Response:
    """Do what `send` does for bytes that the caller has chosen. digest: that of the plain bytes."""
    response = Response(body, mimetype=mimetype)
    if zipped:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    # Different bytes need different tags (RFC 9110, 8.8.3.3).
    response.set_etag(f"{digest}-gzip" if zipped else digest)
    response.cache_control.public = True
    if max_age == REVALIDATE:
        response.cache_control.no_cache = True
    else:
        response.cache_control.max_age = max_age
    response.make_conditional(request)
    return response
