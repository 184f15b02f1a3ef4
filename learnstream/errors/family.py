"""Base classes of the API's errors: status, code, detail and whether to retry."""

import enum
from typing import Any


class Retry(enum.StrEnum):
    """Whether the same request may succeed if it is sent again."""

    NEVER = "never"
    LATER = "later"
    AFTER_ACCESS = "after_access"  # once signed in again, enrolled, released, or what else `code` names as missing


def retry_of(status: int) -> Retry:
    """Return the default retry advice for errors of this status."""
    if status in {401, 403}:
        return Retry.AFTER_ACCESS
    return Retry.LATER if status in {408, 429} or status >= 500 else Retry.NEVER


class AppError(Exception):
    """An error reported to the client. `code` is a stable identifier; `detail` is a sentence for people."""

    status = 500
    code = "internal_error"
    detail = "An internal error occurred."
    retry = Retry.LATER

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "status" in vars(cls) and "retry" not in vars(cls):
            cls.retry = retry_of(cls.status)

    def __init__(
        self,
        code: str | None = None,
        detail: str | None = None,
        *,
        errors: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        self.code = code or type(self).code
        self.detail = detail or type(self).detail
        self.errors = errors
        self.headers = headers or {}
        self.extra = extra
        super().__init__(f"{self.code}: {self.detail}")

    def body_members(self) -> dict[str, Any]:
        """Return what the body of the response says, except for the request's id."""
        named = {"status": self.status, "code": self.code, "detail": self.detail, "retry": self.retry.value}
        return {**named, "errors": self.errors, **self.extra}

    def __deepcopy__(self, memo: dict[int, Any]) -> "AppError":
        # Route decorators deep-copy documentation notes; subclasses have different constructors.
        return self


class BadRequest(AppError):
    status, code, detail = 400, "bad_request", "The request could not be understood."


class Unauthenticated(AppError):
    status, code, detail = 401, "unauthenticated", "Sign in to do this."

    def __init__(self, code: str | None = None, detail: str | None = None, **kwargs: Any) -> None:
        super().__init__(code, detail, headers={"WWW-Authenticate": "Bearer"}, **kwargs)


class Denied(AppError):
    status, code, detail = 403, "forbidden", "You may not do this."


class NotFound(AppError):
    status, code, detail = 404, "not_found", "The requested resource does not exist."


class NoSuchAddress(NotFound):
    detail = (
        "There is nothing at this address. Check the path and the ids in it: ids of content are 24 lower-case hex digits, "
        "ids of users, enrollments and versions are positive integers."
    )


class MethodNotAllowed(AppError):
    status, code, detail = (
        405,
        "method_not_allowed",
        "This address does not support the method; `Allow` lists those it does.",
    )


class TimedOut(AppError):
    status, code, detail = 408, "request_timeout", "The rest of the request did not arrive in time."


class Conflict(AppError):
    status, code, detail = 409, "conflict", "The request conflicts with the current state."


class PreconditionFailed(AppError):
    status, code, detail = 412, "precondition_failed", "The resource has changed since you read it; read it again."


class TooLarge(AppError):
    status, code, detail = 413, "body_too_large", "The request body is too large."


class UriTooLong(AppError):
    """The server in front of the application answers so; see `server/error_responses.py`."""

    status, code, detail = 414, "uri_too_long", "The address of the request is too long."


class UnsupportedMediaType(AppError):
    status, code, detail = 415, "unsupported_media_type", "Send the body as application/json."


class Unprocessable(AppError):
    status, code, detail = 422, "validation_failed", "Some fields are not valid."


class TooManyRequests(AppError):
    status, code, detail = 429, "rate_limited", "Too many requests; wait before you try again."


class Unavailable(AppError):
    """A store or service that the request depends on does not respond."""

    status, code, detail = 503, "store_unavailable", "Part of the service is unavailable; try again shortly."
    retry_after = 2  # seconds

    def __init__(self, store: str = "", code: str | None = None, detail: str | None = None) -> None:
        self.store = store
        super().__init__(code, detail, headers={"Retry-After": str(self.retry_after)})
