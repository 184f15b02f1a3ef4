"""The body of every error response: RFC 9457 problem details."""

import http
from typing import Any


def problem_body(
    *,
    status: int,
    code: str,
    detail: str,
    request_id: str | None,
    retry: str,
    errors: dict[str, Any] | None = None,
    **extra: Any,
) -> dict[str, Any]:
    """Return the members of the body; `errors` is omitted if there are none."""
    return {
        "type": f"urn:learnstream:problem:{code}",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
        **({"errors": errors} if errors else {}),
        "retry": retry,
        **extra,
    }
