"""Stripe's error responses: `{"error": {"type", "code", "message", "param"}}`."""

from typing import Any

from flask import Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException

TYPES = {402: "card_error", 500: "api_error", 503: "api_error"}


class StripeError(Exception):
    """An error response.

    unkept: it is not what a repeated request with the same idempotency key is answered with.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str | None = None,
        unkept: bool = False,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param, self.unkept = status, message, code, param, unkept
        self.kind = kind or TYPES.get(status, "invalid_request_error")


def invalid(param: str, message: str, code: str | None = None) -> StripeError:
    """Return the response to an invalid parameter, which no idempotency key keeps."""
    return StripeError(400, message, code=code, param=param, unkept=True)


def missing(kind: str, record_id: str) -> StripeError:
    """Return the response for an object that does not exist."""
    message = f"No such {kind.replace('_', ' ')}: '{record_id}'"
    return StripeError(404, message, code="resource_missing", param="id", unkept=True)


def error_response(error: StripeError) -> Response:
    shown: dict[str, Any] = {"type": error.kind, "message": error.message}
    shown |= {name: value for name, value in (("code", error.code), ("param", error.param)) if value}
    response = jsonify(error=shown)
    response.status_code = error.status
    return response


def register(app: Flask) -> None:
    @app.errorhandler(StripeError)
    def handle_stripe_error(error: StripeError) -> Response:
        g.unkept = error.unkept
        return error_response(error)

    @app.errorhandler(HTTPException)
    def handle_http_error(error: HTTPException) -> Response:
        status = error.code or 500
        return error_response(StripeError(status, error.description or error.name))
