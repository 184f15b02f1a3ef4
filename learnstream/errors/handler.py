"""Error handlers that render errors as RFC 9457 `application/problem+json`."""

import http
from typing import Any

from flask import Flask, Response, current_app, g, json
from werkzeug.exceptions import HTTPException

from learnstream.errors.family import AppError, Unprocessable, retry_of
from learnstream.errors.problem_body import problem_body

# Error codes for the HTTP exceptions that Flask itself raises.
HTTP_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    429: "rate_limited",
    503: "store_unavailable",
}


def problem(error: AppError) -> Response:
    """Render an error as problem+json."""
    return _render(error.headers, **error.body_members())


def http_problem(error: HTTPException) -> Response:
    """Render an exception of Flask, Werkzeug or webargs, such as 404, 405, 413 or failed validation."""
    status = error.code or 500
    data: dict[str, Any] = getattr(error, "data", None) or {}
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    headers |= data.get("headers") or {}
    errors = data.get("errors") or data.get("messages")
    detail = Unprocessable.detail if errors else (error.description or http.HTTPStatus(status).phrase)
    code, retry = HTTP_CODES.get(status, "error"), retry_of(status)
    return _render(headers, status=status, code=code, detail=detail, errors=errors, retry=retry)


def _render(headers: dict[str, str], **members: Any) -> Response:
    body = problem_body(request_id=g.get("request_id"), **members)
    response = current_app.response_class(json.dumps(body), status=body["status"], mimetype="application/problem+json")
    response.headers.update(headers)
    return response


def unexpected(error: Exception) -> Response:
    """Log an unhandled exception with its traceback; the client gets only the request id."""
    current_app.logger.exception("unhandled error", extra={"request_id": g.get("request_id")})
    return problem(AppError())


def init_app(app: Flask) -> None:
    """Register one handler for each kind of error."""
    app.register_error_handler(AppError, problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(Exception, unexpected)
