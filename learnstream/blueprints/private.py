"""Answers that are for the caller alone, made as plain values and rendered once."""

from typing import Any

from flask import Response

from learnstream.parsing import JSON
from learnstream.services.foundation.content import dump


def private_json(answer: Any) -> Response:
    """Answer with JSON, ready or to be rendered, of which nobody on the way keeps a copy."""
    response = Response(answer if isinstance(answer, bytes) else dump(answer), mimetype=JSON)
    response.headers["Cache-Control"] = "private, no-store"
    return response
