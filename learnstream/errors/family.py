"""The errors LearnStream answers with, and how each becomes RFC 9457 `application/problem+json`."""

import enum
from typing import Any


class Retry(enum.StrEnum):
    """Whether the same request may succeed if it is sent again."""

    NEVER = "never"
    LATER = "later"
    AFTER_ACCESS = "after_access"  # signed in again, enrolled, released, or whatever else `code` says is missing


def retry_of(status: int) -> Retry:
    """Return what an error of this status says about trying again if it does not know better."""
    if status in {401, 403}:
        return Retry.AFTER_ACCESS
    return Retry.LATER if status in {408, 429} or status >= 500 else Retry.NEVER


class AppError(Exception):
    """A refusal that the client is told about. `code` is a stable word; `detail` is a sentence for people."""

    status = 500
    code = "internal_error"
    detail = "Something went wrong on our side."
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

    def __deepcopy__(self, memo: dict[int, Any]) -> "AppError":
        # Decorators of routes copy what those before them noted; subclasses have constructors of their own.
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
    status, code, detail = 404, "not_found", "There is nothing at this address."


class TimedOut(AppError):
    status, code, detail = 408, "request_timeout", "The rest of the request did not come in time."


class Conflict(AppError):
    status, code, detail = 409, "conflict", "This does not fit the present state."


class PreconditionFailed(AppError):
    status, code, detail = 412, "precondition_failed", "It has changed since you read it: read it again."


class TooLarge(AppError):
    status, code, detail = 413, "body_too_large", "The request body is too large."


class UnsupportedMediaType(AppError):
    status, code, detail = 415, "unsupported_media_type", "Send the body as application/json."


class Unprocessable(AppError):
    status, code, detail = 422, "validation_failed", "Some fields are not valid."


class TooManyRequests(AppError):
    status, code, detail = 429, "rate_limited", "Too many requests: wait a little."


class BadGateway(AppError):
    status, code, detail = 502, "video_service_failed", "The video service refused or failed; try again later."


class Unavailable(AppError):
    """A store or service that the request cannot do without does not answer."""

    status, code, detail = 503, "store_unavailable", "A part of the service does not answer; try again shortly."
    retry_after = 2  # seconds

    def __init__(self, store: str = "", code: str | None = None, detail: str | None = None) -> None:
        self.store = store
        super().__init__(code, detail, headers={"Retry-After": str(self.retry_after)})
