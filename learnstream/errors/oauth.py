"""The error members of OAuth 2.0 token endpoints (RFC 6749, 5.2), beside those of problem details."""

from typing import Any

from learnstream.errors.family import AppError

INVALID_REQUEST = "invalid_request"
# The credentials are wrong or not sufficient; all other errors are those of any operation.
INVALID_GRANT = {"invalid_credentials", "account_disabled", "mfa_code_required"}
# Its section 4.1.2.1 has the code for servers that cannot answer at the moment.
UNAVAILABLE = "temporarily_unavailable"


def oauth_members(*, status: int, code: str, detail: str, errors: dict[str, Any] | None = None) -> dict[str, str]:
    """Return the `error` and its description for an error response of a token endpoint."""
    return {"error": _error(status, code, errors or {}), "error_description": detail}


def members_of(error: AppError) -> dict[str, str]:
    """Return what a token endpoint adds to the response of an error."""
    return oauth_members(status=error.status, code=error.code, detail=error.detail, errors=error.errors)


def _error(status: int, code: str, errors: dict[str, Any]) -> str:
    if code in INVALID_GRANT:
        return "invalid_grant"
    if "grant_type" in errors.get("form", {}):
        return "unsupported_grant_type"
    return UNAVAILABLE if status == 429 or status >= 500 else INVALID_REQUEST
