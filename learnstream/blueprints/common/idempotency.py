"""The Idempotency-Key header: a POST repeated with the same key and body gets the first response again."""

import logging
import re
from collections.abc import Callable
from functools import partial, wraps
from hashlib import blake2b
from typing import Any

from flask import Response, current_app, request

from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.errors import TimedOut, TooLarge, Unprocessable
from learnstream.errors.requests import BodyIncomplete, KeyInUse, KeyReused
from learnstream.services.foundation import idempotency
from learnstream.services.foundation.idempotency import Answer, Claim
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db
from learnstream.web import openapi

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
PARAMETER = {
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


def describe(view: Callable[..., Any]) -> None:
    """Document the header, its errors, and how a repeated response is marked."""
    openapi.describe(view, raises=ERRORS, request_headers={HEADER: PARAMETER}, response_headers=AGAIN)


def confirms_keyed_caller(view: Callable[..., Any]) -> Callable[..., Any]:
    """Check the caller as `confirms_caller` does, if the request has a key.

    Keys are in PostgreSQL. For routes that otherwise need MongoDB alone, and without a key work while PostgreSQL is down.
    """
    confirmed = confirms_caller(view)

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return (confirmed if HEADER in request.headers else view)(*args, **kwargs)

    return wrapper


def respond_once(work: Callable[[], Response]) -> Response:
    """Do a request's work and commit it with its response, or return the response stored under the request's key.

    Raises:
        KeyReused, KeyInUse: see `services.foundation.idempotency.claim`.
        Unprocessable: the key is malformed.
        the exception of `work`: the key is free again.
    """
    claimed = idempotency.claim(
        user_id=caller.id,
        operation=f"{request.method} {request.path}",
        key=_key(),
        body_hash=_hash(request.query_string + b"\n" + request.get_data()),
    )
    if isinstance(claimed, Answer):
        return _replay(claimed)
    db.session.commit()
    try:
        response = work()
        _commit(claimed, response)
    except BaseException:
        _try_to_commit(partial(idempotency.release, claimed))
        raise
    return response


def _key() -> str:
    key = request.headers[HEADER]
    if not re.fullmatch(r"[\x20-\x7e]{1,255}", key):
        raise Unprocessable(errors=BAD_KEY.errors)
    return key


def _hash(sent: bytes) -> bytes:
    # With a key, because a body may contain a password: a plain hash of it would be far faster to guess than Argon2.
    key = blake2b(current_app.config["SECRET_KEY"].encode(), digest_size=32, person=b"idempotency").digest()
    return blake2b(sent, key=key, digest_size=32).digest()


def _replay(answer: Answer) -> Response:
    response = current_app.response_class(answer.body, status=answer.status, headers=answer.headers)
    response.headers[REPLAYED] = "true"
    return response


def _commit(claimed: Claim, response: Response) -> None:
    """Commit the work and the response in one transaction, so that a crash cannot separate them."""
    store = partial(idempotency.store, claimed, _answer(response))
    if db.session().in_transaction():
        store()
        db.session.commit()
    else:
        # Work that has not used PostgreSQL is done already: a failure to store its response must not fail it.
        _try_to_commit(store)


def _try_to_commit(change: Callable[[], None]) -> None:
    """Commit a change of the key alone; if PostgreSQL fails, the claim expires by itself."""
    try:
        db.session.rollback()
        change()
        db.session.commit()
    except STORE_FAILURES as error:
        log.warning("an idempotency key was not settled: %s", type(error).__name__)
        db.session.rollback()


def _answer(response: Response) -> Answer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Answer(status=response.status_code, headers=headers, body=response.get_data())
