"""Error responses to requests that do not reach the application, in its format: problem+json (RFC 9457)."""

import json
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from gunicorn.http import errors

RETRY_AFTER = 10  # seconds
RETRY_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE}
# Responses to malformed requests; all other parse errors are a 400.
MALFORMED = {
    errors.LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "uri_too_long"),
    errors.LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
    errors.ExpectationFailed: (HTTPStatus.EXPECTATION_FAILED, "expectation_failed"),
    errors.UnsupportedTransferCoding: (HTTPStatus.NOT_IMPLEMENTED, "unsupported_transfer_coding"),
    errors.InvalidChunkSize: (HTTPStatus.BAD_REQUEST, "body_incomplete"),
    errors.InvalidChunkExtension: (HTTPStatus.BAD_REQUEST, "body_incomplete"),
    errors.ChunkMissingTerminator: (HTTPStatus.BAD_REQUEST, "body_incomplete"),
}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def address(client: Any) -> str:
    """Return a client's address for the log."""
    return str(client[0]) if isinstance(client, tuple) else ""


def of_malformed(error: Exception) -> tuple[HTTPStatus, str]:
    """Return the status and error code of the response to a parse error of gunicorn's."""
    return MALFORMED.get(type(error), (HTTPStatus.BAD_REQUEST, "bad_request"))


def problem(status: HTTPStatus, code: str) -> bytes:
    """Return a complete HTTP response with this status."""
    from learnstream.errors.problem_body import problem_body  # noqa: PLC0415 - workers load the application, not their master

    request_id = token_hex(8)
    body = problem_body(
        status=status,
        code=code,
        detail=f"{status.description or status.phrase}.",
        request_id=request_id,
        retry="later" if status in RETRY_LATER else "never",
    )
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
