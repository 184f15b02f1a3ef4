"""How lists are asked for: by the number of a page, or by the cursor that the answer before gave.

A cursor is a place in a list's order, sealed together with the list it belongs to: whatever comes back was written here,
for the same path, filters and sort.
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
from learnstream.stores.keyset import Place
from learnstream.web.parsing import Parser

DEFAULT_SIZE, MOST = 20, 100
MAX_PAGE = 1_000_000  # no store could take the offset of much later ones
LONGEST = 2000  # characters of a cursor
SEAL = 12  # bytes
PAGINATION, NEXT = "X-Pagination", "X-Next-Cursor"
# A page of the catalogue is asked for again and again: to seal where it ends takes 7 µs, of 300 for the whole answer.
LINKS_KNOWN = 500
ELSEWHERE = "Not a cursor of this list: ask with the same parameters as before, or begin anew."
# They say which part of a list is wanted, not which list.
PARTS = {"page", "page_size", "cursor"}


class Page:
    """Which part of a list was asked for; the route notes `total` and `place`, where the next part begins."""

    def __init__(self, number: int, size: int, cursor: str | None) -> None:
        self.number = number
        self.size = size
        self.cursor = cursor
        self.after: Place | None = None
        self.total: int | None = None
        self.place: str | None = None

    @property
    def first(self) -> int:
        """How many entries come before the page."""
        return (self.number - 1) * self.size

    def headers(self) -> dict[str, str]:
        """Return what the answer says of where it stands and of what follows."""
        following = _following(request.path, request.query_string, self.place) if self.place else {}
        return following if self.total is None else following | {PAGINATION: json.dumps(self._numbers(self.total))}

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


@lru_cache(LINKS_KNOWN)
def _following(path: str, _: bytes, place: str) -> dict[str, str]:
    """Return the headers that lead from the present request on to a place."""
    cursor = _seal(place)
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in {"page", "cursor"}]
    return {"Link": f'<{path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"', NEXT: cursor}


class PageSchema(ma.Schema):
    """The parameters of a list."""

    timeless = True

    class Meta:
        unknown = ma.EXCLUDE

    page = ma.fields.Integer(validate=ma.validate.Range(min=1, max=MAX_PAGE), metadata={"default": 1})
    page_size = ma.fields.Integer(load_default=DEFAULT_SIZE, validate=ma.validate.Range(min=1, max=MOST))
    cursor = ma.fields.String(
        validate=ma.validate.Length(min=1, max=LONGEST),
        metadata={
            "description": (
                f"Where to go on: the `{NEXT}` of the answer before, with the same other parameters. Instead of `page`."
            )
        },
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Page:
        if {"page", "cursor"} <= data.keys():
            raise ma.ValidationError({"cursor": ["Not together with `page`."]})
        return Page(data.get("page", 1), data["page_size"], data.get("cursor"))


class NumberedSchema(PageSchema):
    """The parameters of a list that is made anew each time, and has no place to go on from."""

    class Meta:
        unknown = ma.EXCLUDE
        exclude = ("cursor",)


def find_page(parser: Parser, schema: ma.Schema) -> Page:
    """Return what the present request asks for.

    Raises:
        Unprocessable: the cursor is not one of this list.
    """
    page: Page = parser.parse(schema, request, location="query")
    if page.cursor is not None:
        page.after = _unseal(page.cursor)
    return page


def _seal(text: str) -> str:
    raw = text.encode()
    return urlsafe_b64encode(_mac(raw) + raw).decode().rstrip("=")


def _unseal(cursor: str) -> Place:
    try:
        sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        mac, raw = sealed[:SEAL], sealed[SEAL:]
        # The seal is looked at first: nothing else is parsed.
        if hmac.compare_digest(mac, _mac(raw)) and _seal(raw.decode()) == cursor:
            return keyset.read(raw.decode())
    except ValueError:
        pass
    raise Unprocessable(errors={"query": {"cursor": [ELSEWHERE]}})


def _mac(raw: bytes) -> bytes:
    """Return what only we can know of a place in the list that the present request asks for."""
    key = blake2b(current_app.config["SECRET_KEY"].encode(), digest_size=32, person=b"cursor").digest()
    which = sorted((name, value) for name, value in request.args.items(multi=True) if name not in PARTS)
    scope = blake2b(f"{request.path}?{urlencode(which)}".encode(), digest_size=16).digest()
    return blake2b(scope + raw, key=key, digest_size=SEAL).digest()
