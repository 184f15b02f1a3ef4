"""Refusals that the application does not see, in its own words: problem+json (RFC 9457)."""

import json
from http import HTTPStatus
from secrets import token_hex

from gunicorn.http import errors

RETRY_AFTER = 10  # seconds
AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE}
# What is no request that the application could see; everything else that cannot be parsed is a 400.
MALFORMED = {
    errors.LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "uri_too_long"),
    errors.LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
    errors.ExpectationFailed: (HTTPStatus.EXPECTATION_FAILED, "expectation_failed"),
    errors.UnsupportedTransferCoding: (HTTPStatus.NOT_IMPLEMENTED, "unsupported_transfer_coding"),
}
# Of the same kind, but nothing that a client did.
OURS = (errors.ConfigurationProblem, errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


def is_malformed(error: Exception) -> bool:
    """Say whether an error means that a client has sent what is no HTTP."""
    return isinstance(error, errors.ParseException) and not isinstance(error, OURS)


def of_malformed(error: Exception) -> bytes:
    """Return the HTTP response to what is no HTTP."""
    return problem(*MALFORMED.get(type(error), (HTTPStatus.BAD_REQUEST, "bad_request")))


def problem(status: HTTPStatus, code: str) -> bytes:
    """Return a whole HTTP response of this status."""
    request_id = token_hex(8)
    body = {
        "type": f"urn:learnstream:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": f"{status.description or status.phrase}.",
        "code": code,
        "request_id": request_id,
        "retry": "later" if status in AGAIN else "never",
    }
    content = json.dumps(body).encode()
    head = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(content)}",
        "X-Content-Type-Options: nosniff",
        f"X-Request-ID: {request_id}",
        "X-Process-Time: 0.0000",
        *([f"Retry-After: {RETRY_AFTER}"] if status is HTTPStatus.SERVICE_UNAVAILABLE else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + content
