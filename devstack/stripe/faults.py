"""Faulty responses to requests that took effect."""

import json
import socket
from collections.abc import Callable, Iterator

from flask import Flask, Response, request

from devstack.emulation import behavior
from devstack.emulation.behavior import ApiFault
from devstack.stripe import payments
from devstack.stripe.context import current_context
from devstack.stripe.control import BUYER
from devstack.stripe.errors import StripeError, error_response
from devstack.stripe.payments import Method


def register(app: Flask) -> None:
    """Let the application have the faults of its `StripeBehavior`."""
    faults: dict[str, Callable[[Response, ApiFault], Response]] = {
        "empty": lambda response, _: _with_body(response, "{}"),
        "null": lambda response, _: _with_body(response, "null"),
        "blank": lambda response, _: _with_body(response, ""),
        "enum": _unknown_enum,
        "cut": _cut,
        "closed": _close,
        "slow": _slow,
        "trickle": _trickle,
        "early": _early,
    }
    stripe_behavior = app.extensions["stripe"].behavior
    behavior.register(app, stripe_behavior, lambda status, text: error_response(StripeError(status, text)), faults)


def _with_body(response: Response, body: str) -> Response:
    response.set_data(body)
    return response


def _unknown_enum(response: Response, _: ApiFault) -> Response:
    body = response.get_json(silent=True) or {}
    return _with_body(response, json.dumps(body | {"status": "paused_by_a_newer_stripe"}))


def _cut(response: Response, _: ApiFault) -> Response:
    """Promise more than is sent, and close the connection: the client does not learn what was done."""
    body = response.get_data()
    response.headers["Connection"] = "close"
    response.response = [body[: len(body) // 2]]
    response.headers["Content-Length"] = str(len(body))
    return response


def _close(response: Response, _: ApiFault) -> Response:
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return response


def _slow(response: Response, fault: ApiFault) -> Response:
    current_context().behavior.stopping.wait(fault.seconds)
    return response


def _trickle(response: Response, fault: ApiFault) -> Response:
    body, stopping = response.get_data(), current_context().behavior.stopping

    def bytes_in_time() -> Iterator[bytes]:
        for byte in body:
            stopping.wait(fault.seconds)
            yield bytes([byte])

    response.response = bytes_in_time()
    return response


def _early(response: Response, _: ApiFault) -> Response:
    """Post the events of the request first. No buyer is that fast, but the vendor's answer can be that slow."""
    context, opened = current_context(), response.get_json(silent=True) or {}
    if request.method == "POST" and opened.get("object") == "checkout.session" and opened.get("status") == "open":
        payments.pay(context, opened["id"], Method.CARD, BUYER)
    context.webhooks.flush()
    return response
