"""Answers that are for the caller alone, made as plain values and rendered once."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.ready import Ready
from learnstream.services.foundation.content import dump

PRIVATE = {"Cache-Control": "private, no-store"}


def private_json(answer: Any) -> Response:
    """Answer with JSON, ready or to be rendered, of which nobody on the way keeps a copy."""
    return Ready(answer if isinstance(answer, bytes) else dump(answer), headers=PRIVATE)
