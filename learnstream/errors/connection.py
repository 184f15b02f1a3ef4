"""Errors of the server in front of the application; see `server/error_responses.py`."""

from learnstream.errors.family import AppError, Retry, Unavailable


class Busy(Unavailable):
    """More connections or sign-ins are waiting than can be served within some seconds."""

    code, detail = "busy", "The server has too many requests at the moment; try again later."
    retry_after = 10

    def __init__(self) -> None:
        super().__init__()


class HeadersTooLarge(AppError):
    status, code, detail = 431, "headers_too_large", "The headers of the request are too large."


class ExpectationFailed(AppError):
    status, code, detail = 417, "expectation_failed", "The server does not support the request's `Expect` header."


class UnsupportedTransferCoding(AppError):
    status, code, detail = 501, "unsupported_transfer_coding", "The request's transfer coding is not supported."
    retry = Retry.NEVER
