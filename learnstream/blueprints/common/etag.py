"""ETags: what a change may rely on (`If-Match`), and what a reader need not be sent again (`If-None-Match`)."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from learnstream.blueprints.common.responses import Ready
from learnstream.errors import PreconditionFailed
from learnstream.errors.authoring import EditConflict
from learnstream.errors.requests import MalformedIfMatch
from learnstream.services.foundation.content import Content
from learnstream.web.openapi import describe

KEEP = "It is what the `ETag` in `If-None-Match` names: keep what you have."
TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
TAGS = re.compile(rf"\s*{TAG}(?:\s*,\s*{TAG})*\s*")
# A weak tag never matches here (RFC 9110, 13.1.1), and neither does one that we did not give out.
OUR_TAG = re.compile(r'"[1-9][0-9]{0,9}"')

IF_MATCH = {
    "schema": {"type": "string"},
    "description": "The `ETag` of the draft you have read; the change is refused with 412 if it has moved on since.",
    "example": '"7"',
}
IF_NONE_MATCH = {
    "schema": {"type": "string"},
    "description": "An `ETag` you hold; the answer is an empty 304 while it is still the present one.",
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Names this state of the resource.", "example": '"7"'}}
CREATED = ETAG | {"Location": {"schema": {"type": "string"}, "description": "Where the draft is read."}}


Revisions = frozenset[int] | None


def of(draft: dict[str, Any]) -> dict[str, str]:
    """Return the headers that name a draft's state."""
    return {"ETag": f'"{draft["revision"]}"'}


def conditional(func: Callable) -> Callable:
    """Hand a route the revisions that the client accepts as `expect` (None: any).

    A draft that has moved on is the client's broken assumption (412) if it stated one, else a lost race (409).
    """

    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        expect = expected_revisions()
        try:
            return func(*args, expect=expect, **kwargs)
        except EditConflict:
            if expect is None:
                raise
            raise PreconditionFailed() from None

    describe(
        wrapper,
        raises=[PreconditionFailed(), EditConflict(), MalformedIfMatch()],
        request_headers={"If-Match": IF_MATCH},
        # What is gone has none.
        response_headers=ETAG if func.__annotations__["return"] else {},
    )
    return wrapper


def expected_revisions() -> Revisions:
    """Return the revisions that `If-Match` names; None if it is absent or `*`.

    Raises:
        BadRequest: `malformed_if_match`.
    """
    given = ",".join(request.headers.getlist("If-Match")).strip()
    if given in {"", "*"}:
        return None
    if not TAGS.fullmatch(given):
        raise MalformedIfMatch()
    return frozenset(int(tag.strip('"')) for tag in re.findall(TAG, given) if OUR_TAG.fullmatch(tag))


def cacheable(func: Callable) -> Callable:
    """Serve a route's `Content`: its bytes, or 304 to a reader who holds them already. Other answers pass."""

    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        answer = func(*args, **kwargs)
        return serve(answer) if isinstance(answer, Content) else answer

    describe(
        wrapper,
        request_headers={"If-None-Match": IF_NONE_MATCH},
        response_headers=ETAG,
        further_responses={"304": {"description": KEEP, "headers": ETAG}},
    )
    return wrapper


def serve(content: Content) -> Response:
    """Answer with bytes that are ready, or say that the reader has them."""
    # Whoever keeps a copy asks before using it: the same address shows other versions to other people.
    etag = f'"{content.etag}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    known = request.environ.get("HTTP_IF_NONE_MATCH")
    # Nearly everybody sends the one they were given, and taking a list apart is slow.
    if known and (known == etag or request.if_none_match.contains_weak(content.etag)):
        return Ready(status=304, headers=headers)
    return Ready(content.body, headers=headers)
