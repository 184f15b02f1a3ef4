"""Answers 503 for a store that does not answer, or takes no writes."""

import logging

import psycopg2.errors
import pymongo.errors
import sqlalchemy.exc
from flask import Flask, Response

from learnstream.errors import Unavailable, problem, unexpected
from learnstream.stores.breaker import STORE_FAILURES, takes_no_writes

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer 503 for every store that does not answer us, or takes no writes."""
    for failure in STORE_FAILURES:
        if failure is not Unavailable:
            app.register_error_handler(failure, _unavailable)
    for refusal in (sqlalchemy.exc.DBAPIError, pymongo.errors.OperationFailure):
        app.register_error_handler(refusal, _refused)


def _unavailable(error: Exception) -> Response:
    if isinstance(getattr(error, "orig", None), psycopg2.errors.LockNotAvailable):
        log.warning("a lock was waited for in vain")
        return problem(Unavailable(detail="Others are changing the same thing; try again shortly."))
    log.warning("a store failed: %s", type(error).__name__)
    return problem(Unavailable())


def _refused(error: Exception) -> Response:
    if not takes_no_writes(error):
        return unexpected(error)
    log.error("a store takes no writes: %s", error)
    return problem(Unavailable(detail="A part of the service takes no changes now; reading goes on."))
