"""Answers that are for the caller alone, made as plain values and rendered once."""

from typing import Any

from flask import Response

from learnstream.openapi import JSON
from learnstream.services.content import dump


def private_json(answer: Any) -> Response:
    """Answer with JSON of which nobody on the way keeps a copy."""
    response = Response(dump(answer), mimetype=JSON)
    response.headers["Cache-Control"] = "private, no-store"
    return response
