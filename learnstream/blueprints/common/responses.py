"""Responses whose bytes and headers are complete and need no further processing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response

from learnstream.services.foundation.content import dump
from learnstream.web.parsing import JSON

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Ready(Response):
    """JSON as bytes. Skips Werkzeug's completion and copying of headers: 4 µs less, of 155 for a whole read."""

    default_mimetype = JSON

    def get_wsgi_response(self, environ: "WSGIEnvironment") -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return the body, the status and the headers."""
        headers = list(self.headers)
        if self.status_code == 304:
            headers.remove(("Content-Type", JSON))
        return () if environ["REQUEST_METHOD"] == "HEAD" else self.iter_encoded(), self.status, headers


PRIVATE = {"Cache-Control": "private, no-store"}


def private_json(answer: Any) -> Response:
    """Return a JSON response that no cache may store; `answer` is bytes or a value to serialize."""
    return Ready(answer if isinstance(answer, bytes) else dump(answer), headers=PRIVATE)
