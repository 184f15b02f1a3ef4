"""Answers ready to be served: JSON bytes with their ETag, as the cache keeps them."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
from bson import ObjectId


@dataclass(frozen=True, slots=True)
class Content:
    """A JSON body, the ETag of exactly these bytes, and facts about it that rules and headers need."""

    body: bytes
    etag: str
    facts: dict[str, Any]


def pack(answer: Any, **facts: Any) -> bytes:
    """Render an answer once and for all; `unpack` takes it apart again without parsing the body."""
    body = dump(answer)
    etag = blake2b(body, digest_size=12).hexdigest()
    return dump([etag, facts]) + b"\n" + body


def unpack(packed: bytes) -> Content:
    """Take apart what `pack` made."""
    head, _, body = packed.partition(b"\n")
    etag, facts = orjson.loads(head)
    return Content(body=body, etag=etag, facts=facts)


def dump(answer: Any) -> bytes:
    """Render JSON as the schemas would: ids as text, instants as RFC 3339."""
    return orjson.dumps(answer, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, ObjectId):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")
