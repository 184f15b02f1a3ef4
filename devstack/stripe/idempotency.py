"""Idempotency keys: a repeated request is answered as the first one was."""

import json
from hashlib import sha256

from flask import Flask, Response, g, request

from devstack.stripe.context import current_context
from devstack.stripe.errors import StripeError

KEPT = 24 * 3600
LONGEST = 255
KEY = "idempotency_key"


def register(app: Flask) -> None:
    app.before_request(_before)
    app.after_request(_after)


def _before() -> Response | None:
    """Answer a repeated request, or remember that this one is running.

    Raises:
        StripeError: 400, the key belongs to another request; 409, that one is still running.
    """
    g.idempotency_key = request.headers.get("Idempotency-Key") or None
    g.owns_key = False
    if g.idempotency_key is None or request.method != "POST" or not request.path.startswith("/v1/"):
        return None
    if len(g.idempotency_key) > LONGEST:
        raise StripeError(400, f"Keys have at most {LONGEST} characters.", kind="idempotency_error")
    context, digest = current_context(), _digest()
    with context.store.transaction():
        stored = context.store.get(KEY, g.idempotency_key)
        if stored is None or stored["at"] < context.now() - KEPT:
            context.store.put(KEY, g.idempotency_key, {"digest": digest, "at": context.now(), "answer": None})
            g.owns_key = True
            return None
    if stored["digest"] != digest:
        message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
        raise StripeError(400, message, kind="idempotency_error")
    if stored["answer"] is None:
        raise StripeError(409, "Another request with this key is running.", code="idempotency_key_in_use")
    status, body = stored["answer"]
    return Response(body, status, {"Idempotent-Replayed": "true"}, mimetype="application/json")


def _after(response: Response) -> Response:
    if not g.get("owns_key"):
        return response
    store = current_context().store
    with store.transaction():
        if g.get("unkept"):
            store.delete(KEY, g.idempotency_key)
        else:
            stored = store.get(KEY, g.idempotency_key) or {"digest": _digest(), "at": current_context().now()}
            answer = [response.status_code, response.get_data(as_text=True)]
            store.put(KEY, g.idempotency_key, stored | {"answer": answer})
    return response


def _digest() -> str:
    fields = sorted(request.form.items(multi=True))
    return sha256(json.dumps([request.path, fields]).encode()).hexdigest()
