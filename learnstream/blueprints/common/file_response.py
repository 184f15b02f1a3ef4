"""Responses with the bytes of stored files: whole or a range, conditional, and never executed by a browser."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request

from learnstream.blueprints.common.etag import ETAG, IF_NONE_MATCH, KEEP
from learnstream.errors.file_storage import Busy, Missing, RangeNotSatisfiable, Unreachable
from learnstream.errors.homework import ArchivesBusy
from learnstream.integrations.files import INLINE_TYPES, FileStore
from learnstream.services.media.file_purposes import PURPOSES, ZIP
from learnstream.stores import bulkhead
from learnstream.stores.budget import request_budget
from learnstream.text import zip_streams
from learnstream.text.zip_streams import Entry
from learnstream.web.content_disposition import content_disposition
from learnstream.web.openapi import describe
from learnstream.web.route_facts import View

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Archives that a process sends at once: each may need 15 MB, for 10,000 files.
ARCHIVES = BoundedSemaphore(2)
# One range, as readers of PDF send it. A server may ignore others (RFC 9110, 14.2).
RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


BYTES = {
    content_type: {"schema": {"type": "string", "format": "binary"}}
    for content_type in sorted({each for purpose in PURPOSES.values() for each in purpose.types})
}
RANGE_HEADER = {
    "schema": {"type": "string"},
    "description": "One range of bytes (RFC 9110, 14.2); others are ignored.",
    "example": "bytes=0-65535",
}
RESPONSES = {
    "200": {"description": "The bytes of the file, with its own type.", "content": BYTES},
    "206": {
        "description": "The range of bytes that `Range` asked for.",
        "headers": {
            "Content-Range": {"schema": {"type": "string"}, "description": "Which bytes of how many they are."}
        },
        "content": BYTES,
    },
    "302": {
        "description": "The file storage has the bytes, at `Location`.",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "A URL of the storage, for five minutes."}
        },
    },
    "304": {"description": KEEP, "headers": ETAG},
}


def sends_file(view: View) -> View:
    """Document a route that returns `stream_file`, or a redirection to the file storage."""
    describe(
        view,
        raises=[RangeNotSatisfiable(), Missing(), Unreachable(), Busy()],
        request_headers={"Range": RANGE_HEADER, "If-None-Match": IF_NONE_MATCH},
        response_headers=ETAG,
        further_responses=RESPONSES,
    )
    return view


class FileResponse(Response):
    """Bytes that are produced while they are sent, within the limits of one request each time."""

    def __init__(self, pieces: Iterable[bytes], *, length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pieces = pieces
        self.length = length
        self.headers["Content-Length"] = str(length)

    def get_app_iter(self, environ: "WSGIEnvironment") -> Iterable[bytes]:
        """Return the bytes; gunicorn's worker gets them itself, so that a slow client occupies neither thread nor memory."""
        send_later = getattr(environ.get("gunicorn.socket"), "send_later", None)
        if send_later is None or environ["REQUEST_METHOD"] == "HEAD":
            return self.pieces
        send_later(self.pieces, self.length)
        return ()


def stream_file(
    store: FileStore, name: str, *, size: int, etag: str, content_type: str, filename: str, inline: bool
) -> Response:
    """Return a stored object's bytes as the request's `Range` and `If-None-Match` want them.

    inline: let the browser show the file rather than save it; has no effect on types that it might execute.

    Raises:
        RangeNotSatisfiable: the range begins after the end.
        Missing, Unreachable, Busy: see `integrations.files`; what fails later cuts the response.
    """
    headers = _headers(etag, content_type, filename, inline=inline)
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers=headers)
    wanted = _range(size, etag)
    start, end = wanted or (0, size)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    pieces = _begin(store.open(name, start=start, end=end)) if request.method == "GET" else ()
    return FileResponse(pieces, length=end - start, status=206 if wanted else 200, headers=headers)


def stream_archive(filename: str, find: Callable[[], Sequence[Entry]]) -> Response:
    """Return a ZIP archive as a file to save, whose entries are read while it is sent.

    Raises:
        ArchivesBusy: the process sends as many as it may at once.
        Unreachable, Busy: the first entry cannot be read; what fails later cuts the response.
    """
    if not ARCHIVES.acquire(blocking=False):
        raise ArchivesBusy()
    with ExitStack() as under_way:
        under_way.callback(ARCHIVES.release)
        return _archive(filename, find(), under_way)


def _archive(filename: str, entries: Sequence[Entry], under_way: ExitStack) -> Response:
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": content_disposition(filename, inline=False),
        "Content-Type": ZIP,
    }
    length = zip_streams.length(entries)
    pieces = _begin(_until_the_end(under_way.pop_all(), entries)) if request.method == "GET" else ()
    return FileResponse(pieces, length=length, headers=headers)


def _until_the_end(under_way: ExitStack, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield an archive, which is under way until it ends, is cut, or nobody wants it any more."""
    with under_way:
        yield from zip_streams.pieces(entries)


def _headers(etag: str, content_type: str, filename: str, *, inline: bool) -> dict[str, str]:
    inline = inline and content_type in INLINE_TYPES
    headers = {
        "Accept-Ranges": "bytes",
        # Copies must be revalidated before use, so that access is checked again.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition(filename, inline=inline),
        "Content-Type": content_type,
        "ETag": f'"{etag}"',
    }
    return headers | ({"Content-Security-Policy": _shown_policy()} if inline else {})


def _shown_policy() -> str:
    """Return the policy of a file that a browser shows: it runs nothing, and only pages of our clients may frame it.

    Browsers that know `frame-ancestors` ignore `X-Frame-Options`, which names no other origins (CSP 3, 6.4.2).
    """
    framed_by = " ".join(["'self'", *current_app.config["CORS_ORIGINS"]])
    return f"default-src 'none'; sandbox; frame-ancestors {framed_by}"


def _range(size: int, etag: str) -> tuple[int, int] | None:
    """Return the requested range, its end exclusive; None for all.

    Raises:
        RangeNotSatisfiable: none of the bytes exist.
    """
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    # Only a strong comparison counts here; dates do not, as no response has one.
    only_if = request.headers.get("If-Range")
    if found is None or request.method != "GET" or only_if not in {None, f'"{etag}"'}:
        return None
    first, last = found.groups()
    if not (first or last) or (first and last and int(last) < int(first)):
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        raise RangeNotSatisfiable(size)
    return start, end


def _begin(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Read the first piece: failures until then become an error response."""
    return _continue(pieces, _next(pieces))


def _continue(pieces: Iterator[bytes], found: list[bytes]) -> Iterator[bytes]:
    while found:
        # Not kept: the client may take long to read it.
        yield found.pop()
        found = _next(pieces)


def _next(pieces: Iterator[bytes]) -> list[bytes]:
    """Read a piece, if there is any, under the limits that stores have in requests, even when the request is over."""
    with request_budget():
        try:
            return list(islice(pieces, 1))
        finally:
            bulkhead.mongodb.leave()
