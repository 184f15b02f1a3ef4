"""Error handlers that answer 503 for a store that is unavailable or read-only."""

import logging

import psycopg2.errors
import pymongo.errors
import sqlalchemy.exc
from flask import Flask, Response

from learnstream.errors import Unavailable, problem, unexpected
from learnstream.stores.breaker import STORE_FAILURES, is_read_only

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Register a 503 for every store that does not respond or accepts no writes."""
    for failure in STORE_FAILURES:
        if failure is not Unavailable:
            app.register_error_handler(failure, _unavailable)
    for rejection in (sqlalchemy.exc.DBAPIError, pymongo.errors.OperationFailure):
        app.register_error_handler(rejection, _rejected)


def _unavailable(error: Exception) -> Response:
    if isinstance(getattr(error, "orig", None), psycopg2.errors.LockNotAvailable):
        log.warning("timed out waiting for a lock")
        return problem(Unavailable(detail="Another request is changing the same data; try again shortly."))
    log.warning("a store failed: %s", type(error).__name__)
    return problem(Unavailable())


def _rejected(error: Exception) -> Response:
    if not is_read_only(error):
        return unexpected(error)
    log.error("a store accepts no writes: %s", error)
    return problem(Unavailable(detail="Part of the service is temporarily read-only; try again later."))
