"""The errors of the API: base classes in `family`, the errors of each domain in a module of its own."""

from learnstream.errors.family import (
    AppError,
    BadRequest,
    Conflict,
    Denied,
    NotFound,
    PreconditionFailed,
    Retry,
    TimedOut,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
    UriTooLong,
)
from learnstream.errors.handler import http_problem, init_app, problem, unexpected

__all__ = [
    "AppError",
    "BadRequest",
    "Conflict",
    "Denied",
    "NotFound",
    "PreconditionFailed",
    "Retry",
    "TimedOut",
    "TooLarge",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
    "Unprocessable",
    "UnsupportedMediaType",
    "UriTooLong",
    "http_problem",
    "init_app",
    "problem",
    "unexpected",
]
