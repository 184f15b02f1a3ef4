"""ETags: preconditions of changes (`If-Match`), and conditional reads (`If-None-Match`)."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypedDict

from flask import Response, request

from learnstream.blueprints.common.responses import Ready
from learnstream.errors import PreconditionFailed
from learnstream.errors.authoring import EditConflict
from learnstream.errors.requests import MalformedIfMatch
from learnstream.services.foundation.content import Content
from learnstream.web.openapi import describe

KEEP = "Not modified: the copy named by `If-None-Match` is current."
TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
TAGS = re.compile(rf"\s*{TAG}(?:\s*,\s*{TAG})*\s*")
# A weak tag never matches here (RFC 9110, 13.1.1), nor does one in a format that this server does not issue.
# Tags of public pages go on after the revision, because such a page also shows what is no change of it.
REVISION = re.compile(r"([1-9][0-9]{0,9})(?:-[0-9a-f]{24})?")

IF_MATCH = {
    "schema": {"type": "string"},
    "description": "The `ETag` of the draft you have read; if the draft has changed since, the response is 412.",
    "example": '"7"',
}
IF_NONE_MATCH = {
    "schema": {"type": "string"},
    "description": "The `ETag` of your copy; while it is current, the response is an empty 304.",
}
ETAG = {
    "ETag": {"schema": {"type": "string"}, "description": "Identifies this state of the resource.", "example": '"7"'}
}
CREATED = ETAG | {"Location": {"schema": {"type": "string"}, "description": "Where the draft is read."}}


Revisions = frozenset[int] | None


class Revised(TypedDict):
    """A draft of any kind."""

    revision: int


def of(draft: Revised) -> dict[str, str]:
    """Return the headers that identify a draft's state."""
    return {"ETag": f'"{draft["revision"]}"'}


def conditional(func: Callable[..., Any]) -> Callable[..., Any]:
    """Pass the revisions that the client accepts to a route as `expect` (None: any).

    If the draft has changed, the response is 412 when the client sent `If-Match`, else 409 for a lost race.
    """
    return _conditional(func, expected_revisions)


def conditional_on_tags(func: Callable[..., Any]) -> Callable[..., Any]:
    """Do the same for a resource whose tags are no revisions."""
    return _conditional(func, expected_tags)


def _conditional(func: Callable[..., Any], expected: Callable[[], Any]) -> Callable[..., Any]:
    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        expect = expected()
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
        # A deleted draft has none.
        response_headers=ETAG if func.__annotations__["return"] else {},
    )
    return wrapper


def expected_revisions() -> Revisions:
    """Return the revisions listed in `If-Match`; None if it is absent or `*`.

    Raises:
        MalformedIfMatch: it is no list of tags.
    """
    tags = expected_tags()
    return None if tags is None else frozenset(int(found[1]) for found in map(REVISION.fullmatch, tags) if found)


def expected_tags() -> frozenset[str] | None:
    """Return the tags listed in `If-Match`, without their quotes; None if it is absent or `*`.

    Raises:
        MalformedIfMatch: it is no list of tags.
    """
    given = ",".join(request.headers.getlist("If-Match")).strip()
    if given in {"", "*"}:
        return None
    if not TAGS.fullmatch(given):
        raise MalformedIfMatch()
    return frozenset(tag.strip('"') for tag in re.findall(TAG, given) if not tag.startswith("W/"))


def cacheable(func: Callable[..., Any]) -> Callable[..., Any]:
    """Serve a route's `Content`: its bytes, or 304 if the client's copy is current. Pass other responses through."""

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
    """Return the content as a response, or 304 if the client's copy is current."""
    # Copies must be revalidated before use: the same URL shows different versions to different callers.
    etag = f'"{content.etag}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    known = request.environ.get("HTTP_IF_NONE_MATCH")
    # Nearly all clients send the single tag they were given, and parsing a list is slow.
    if known and (known == etag or request.if_none_match.contains_weak(content.etag)):
        return Ready(status=304, headers=headers)
    return Ready(content.body, headers=headers)
