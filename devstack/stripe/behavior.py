"""Stripe's misbehavior: what it has besides that of any vendor."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, Response

from devstack.emulation import behavior
from devstack.emulation.behavior import Behavior
from devstack.stripe.errors import StripeError, error_response


@dataclass
class StripeBehavior(Behavior):
    """The faults of `Behavior`. Responses have two more kinds: `empty` has the body `{}`, `cut` ends in its middle."""

    prefixes: ClassVar[tuple[str, ...]] = ("/v1/",)
    kinds: ClassVar[frozenset[str]] = Behavior.kinds | {"empty", "cut"}


def register(app: Flask, faults: StripeBehavior) -> None:
    behavior.register(
        app, faults, lambda status, text: error_response(StripeError(status, text)), {"empty": _empty, "cut": _cut}
    )


def _empty(response: Response) -> Response:
    response.set_data("{}")
    return response


def _cut(response: Response) -> Response:
    """Promise more than is sent, and close the connection: the client does not learn what was done."""
    body = response.get_data()
    response.headers["Connection"] = "close"
    response.response = [body[: len(body) // 2]]
    response.headers["Content-Length"] = str(len(body))
    return response
