"""Cached response bodies: serialized JSON with its ETag."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
from bson import ObjectId


@dataclass(frozen=True, slots=True)
class Content:
    """A JSON body, the ETag of these bytes, and metadata needed by policies and headers."""

    body: bytes
    etag: str
    facts: dict[str, Any]


def pack(answer: Any, **facts: Any) -> bytes:
    """Serialize a response body with its ETag and facts, so that `unpack` need not parse the body.

    That takes 3 µs less, of 155 for a whole read.
    """
    body = dump(answer)
    etag = blake2b(body, digest_size=12).hexdigest()
    return dump([etag, facts]) + b"\n" + body


def unpack(packed: bytes) -> Content:
    """Return the content that `pack` serialized."""
    head, _, body = packed.partition(b"\n")
    etag, facts = orjson.loads(head)
    return Content(body=body, etag=etag, facts=facts)


def dump(answer: Any) -> bytes:
    """Serialize to JSON as the schemas would: ids as strings, instants as RFC 3339."""
    return orjson.dumps(answer, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, ObjectId):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON serializable")
