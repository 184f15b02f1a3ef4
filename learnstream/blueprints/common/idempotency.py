"""The Idempotency-Key header: a POST repeated with the same key and body gets the first response again."""

import hashlib
import logging
import re
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, g, request

from learnstream.blueprints.common.authentication import caller
from learnstream.errors import TimedOut, TooLarge, Unprocessable
from learnstream.errors.requests import BodyIncomplete, KeyInUse, KeyReused
from learnstream.services.foundation import idempotency
from learnstream.services.foundation.idempotency import Answer
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": (
        "A text of your choice, unique to each operation: 1 to 255 printable ASCII characters. Repeat it with the same "
        "body within 24 hours to get the first response again (with `Idempotent-Replayed: true`). A request "
        "that failed does not use up its key."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "6e2c8a52-7f0b-4d7e-9a53-1f9f2f6b3c11",
}
AGAIN = {
    REPLAYED: {
        "schema": {"type": "string", "enum": ["true"]},
        "description": "Present only on the stored response to an earlier request with the same `Idempotency-Key`.",
    }
}
BAD_KEY = Unprocessable(errors={"headers": {HEADER: ["Must be 1 to 255 printable ASCII characters."]}})
# The body is hashed to tell a repeated request from a different one.
ERRORS = [KeyReused(), KeyInUse(), BAD_KEY, BodyIncomplete(), TimedOut(), TooLarge()]


def init_app(app: Flask) -> None:
    """Settle claimed keys when their responses are ready."""
    app.after_request(settle)


def accepts_idempotency_key(view: Callable) -> Callable:
    """Let clients repeat a route safely. Apply it nearest to the function, so that only valid bodies claim a key."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if HEADER not in request.headers:
            return view(*args, **kwargs)
        claimed = idempotency.claim(
            user_id=caller.id,
            operation=f"{request.method} {request.path}",
            key=_key(),
            body_hash=hashlib.sha256(request.query_string + b"\n" + request.get_data()).digest(),
        )
        if isinstance(claimed, Answer):
            return _replay(claimed)
        db.session.commit()
        g.idempotency_claim = claimed
        return view(*args, **kwargs)

    wrapper._apidoc = deepcopy(getattr(view, "_apidoc", {}))  # type: ignore[attr-defined]
    wrapper._apidoc.setdefault("arguments", {}).setdefault("parameters", []).append(PARAMETER)  # type: ignore[attr-defined]
    wrapper._apidoc.setdefault("errors", []).extend(ERRORS)  # type: ignore[attr-defined]
    wrapper._apidoc.setdefault("response_headers", {}).update(AGAIN)  # type: ignore[attr-defined]
    return wrapper


def commits_answer(view: Callable) -> Callable:
    """Commit a route's changes and its stored response in one transaction, so that a crash cannot separate them.

    For work whose last step is in PostgreSQL. Apply it above `response`, whose schema serializes the result.
    """

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        response = view(*args, **kwargs)
        if claimed := g.get("idempotency_claim"):
            idempotency.store(claimed, _answer(response))
        db.session.commit()
        g.pop("idempotency_claim", None)
        return response

    return wrapper


def _key() -> str:
    key = request.headers[HEADER]
    if not re.fullmatch(r"[\x20-\x7e]{1,255}", key):
        raise Unprocessable(errors=BAD_KEY.errors)
    return key


def _replay(answer: Answer) -> Response:
    response = current_app.response_class(answer.body, status=answer.status, headers=answer.headers)
    response.headers[REPLAYED] = "true"
    return response


def settle(response: Response) -> Response:
    """Store the response of a request that claimed a key and succeeded; otherwise release the key."""
    if (claimed := g.pop("idempotency_claim", None)) is None:
        return response
    try:
        # Changes that the route did not commit must not be committed here.
        db.session.rollback()
        if response.status_code < 300:
            idempotency.store(claimed, _answer(response))
        else:
            idempotency.release(claimed)
        db.session.commit()
    except STORE_FAILURES as error:
        # The work is done, so return the response; the claim expires by itself.
        log.warning("an idempotency key was not settled: %s", type(error).__name__)
        db.session.rollback()
    return response


def _answer(response: Response) -> Answer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Answer(status=response.status_code, headers=headers, body=response.get_data())
