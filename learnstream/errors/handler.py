"""Error handlers that render errors as RFC 9457 `application/problem+json`."""

from typing import Any

from flask import Flask, Response, current_app, g, json
from werkzeug.exceptions import HTTPException

from learnstream.errors import family
from learnstream.errors.family import AppError, retry_of
from learnstream.errors.problem_body import problem_body

# What the HTTP exceptions that Flask itself raises become: their own texts are Werkzeug's.
OF_STATUS: dict[int, type[AppError]] = {
    400: family.BadRequest,
    401: family.Unauthenticated,
    403: family.Denied,
    404: family.NoSuchAddress,
    405: family.MethodNotAllowed,
    413: family.TooLarge,
    415: family.UnsupportedMediaType,
    422: family.Unprocessable,
    429: family.TooManyRequests,
    503: family.Unavailable,
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
    kind = OF_STATUS.get(status, AppError if status >= 500 else family.BadRequest)
    members = {"code": kind.code, "detail": kind.detail, "retry": retry_of(status).value}
    return _render(headers, status=status, errors=errors, **members)


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
