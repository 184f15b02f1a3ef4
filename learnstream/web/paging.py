"""Pagination of lists, by page number or by the cursor from the previous response.

A cursor encodes a position in a list's order with a MAC over the position and the list, so that only cursors issued
here, for the same path, filters and sort, are accepted.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import current_app, request

from learnstream.errors import Unprocessable
from learnstream.stores import keyset
from learnstream.stores.keyset import Position
from learnstream.web.parsing import Integer, Parser

DEFAULT_SIZE, MOST = 20, 100
MAX_PAGE = 1_000_000  # bounds the offset that the stores have to skip
MAX_CURSOR = 2000  # characters
MAC_BYTES = 12
PAGINATION, NEXT = "X-Pagination", "X-Next-Cursor"
# Catalogue pages are requested repeatedly: signing the next cursor takes 7 µs, of 300 for the whole response.
LINKS_CACHED = 500
FOREIGN_CURSOR = "Not a cursor of this list; use the same parameters as before, or start over without a cursor."
# These parameters select a page of a list, not the list itself.
PAGE_PARAMETERS = {"page", "page_size", "limit", "cursor"}


class Page:
    """The requested page of a list; the route sets `total`, and `position` if another page follows."""

    def __init__(self, number: int, size: int, cursor: str | None) -> None:
        self.number = number
        self.size = size
        self.cursor = cursor
        self.after: Position | None = None
        self.total: int | None = None
        self.position: str | None = None

    @property
    def first(self) -> int:
        """The number of entries before the page."""
        return (self.number - 1) * self.size

    def headers(self) -> dict[str, str]:
        """Return the pagination headers of the response."""
        links = _next_links(request.path, request.query_string, self.position) if self.position else {}
        return links if self.total is None else links | {PAGINATION: json.dumps(self._numbers(self.total))}

    def _numbers(self, total: int) -> dict[str, int]:
        number, pages = self.number, -(-total // self.size)
        return {
            "total": total,
            "total_pages": pages,
            **({"first_page": 1, "last_page": pages} if pages else {}),
            **({"page": number} if number <= pages else {}),
            **({"previous_page": number - 1} if 1 < number <= pages else {}),
            **({"next_page": number + 1} if number < pages else {}),
        }


@lru_cache(LINKS_CACHED)
def _next_links(path: str, _: bytes, position: str) -> dict[str, str]:
    """Return the headers that link the current request to the page after a position."""
    cursor = _sign(position)
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in {"page", "cursor"}]
    return {"Link": f'<{path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"', NEXT: cursor}


class PageSchema(ma.Schema):
    """The parameters of a list."""

    timeless = True

    class Meta:
        unknown = ma.EXCLUDE

    page = Integer(validate=ma.validate.Range(min=1, max=MAX_PAGE), metadata={"default": 1})
    page_size = Integer(load_default=DEFAULT_SIZE, validate=ma.validate.Range(min=1, max=MOST))
    cursor = ma.fields.String(
        validate=ma.validate.Length(min=1, max=MAX_CURSOR),
        metadata={
            "description": (
                f"The `{NEXT}` of the previous response, with otherwise unchanged parameters. An alternative to `page`."
            )
        },
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Page:
        if {"page", "cursor"} <= data.keys():
            raise ma.ValidationError({"cursor": ["Must not be combined with `page`."]})
        return Page(data.get("page", 1), data["page_size"], data.get("cursor"))


class NumberedSchema(PageSchema):
    """The parameters of a list that is computed for each request and has no cursors."""

    class Meta:
        unknown = ma.EXCLUDE
        exclude = ("cursor",)


class CursorSchema(ma.Schema):
    """The parameters of a list that is walked through by cursors alone, so that it is never counted."""

    timeless = True

    class Meta:
        unknown = ma.EXCLUDE

    limit = Integer(load_default=DEFAULT_SIZE, validate=ma.validate.Range(min=1, max=MOST))
    cursor = ma.fields.String(
        validate=ma.validate.Length(min=1, max=MAX_CURSOR),
        metadata={"description": f"The `{NEXT}` of the previous response."},
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Page:
        return Page(1, data["limit"], data.get("cursor"))


def find_page(parser: Parser, schema: ma.Schema) -> Page:
    """Return the page that the current request asks for.

    Raises:
        Unprocessable: the cursor was not issued for this list.
    """
    page: Page = parser.parse(schema, request, location="query")
    if page.cursor is not None:
        page.after = _verify(page.cursor)
    return page


def _sign(text: str) -> str:
    raw = text.encode()
    return urlsafe_b64encode(_mac(raw) + raw).decode().rstrip("=")


def _verify(cursor: str) -> Position:
    try:
        signed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        mac, raw = signed[:MAC_BYTES], signed[MAC_BYTES:]
        # Verify the MAC before parsing anything.
        if hmac.compare_digest(mac, _mac(raw)) and _sign(raw.decode()) == cursor:
            return keyset.read(raw.decode())
    except ValueError:
        pass
    raise Unprocessable(errors={"query": {"cursor": [FOREIGN_CURSOR]}})


def _mac(raw: bytes) -> bytes:
    """Return the MAC of a position in the list that the current request asks for."""
    key = blake2b(current_app.config["SECRET_KEY"].encode(), digest_size=32, person=b"cursor").digest()
    filters = sorted((name, value) for name, value in request.args.items(multi=True) if name not in PAGE_PARAMETERS)
    scope = blake2b(f"{request.path}?{urlencode(filters)}".encode(), digest_size=16).digest()
    return blake2b(scope + raw, key=key, digest_size=MAC_BYTES).digest()
