"""Answers rendered once, whose bytes and headers need nothing more to be done to them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response

from learnstream.services.foundation.content import dump
from learnstream.web.parsing import JSON

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Ready(Response):
    """JSON as bytes. Werkzeug would look through the headers for what it has to complete, and copy each with care."""

    default_mimetype = JSON

    def get_wsgi_response(self, environ: "WSGIEnvironment") -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return what goes out: the body, the status and the headers."""
        headers = list(self.headers)
        if self.status_code == 304:
            headers.remove(("Content-Type", JSON))
        return () if environ["REQUEST_METHOD"] == "HEAD" else self.iter_encoded(), self.status, headers


PRIVATE = {"Cache-Control": "private, no-store"}


def private_json(answer: Any) -> Response:
    """Answer with JSON, ready or to be rendered, of which nobody on the way keeps a copy."""
    return Ready(answer if isinstance(answer, bytes) else dump(answer), headers=PRIVATE)
