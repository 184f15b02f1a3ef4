"""How a route's transaction in PostgreSQL ends. No route commits in another way."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import request

from learnstream.blueprints.common import idempotency
from learnstream.errors import AppError
from learnstream.stores.sql import db


def commits(
    *, idempotency_key: bool = False, even_on: type[AppError] | tuple[type[AppError], ...] = ()
) -> Callable[..., Any]:
    """Commit what a route has written to PostgreSQL, or roll back if it raises.

    Apply it below `arguments` and the checks of the caller, so that only their valid requests claim a key, and above
    `response`, which serializes the result.

    idempotency_key: accept an `Idempotency-Key`, and commit the response together with the work.
    even_on: errors that commit as well, because they write to the audit log or end a session.
    """

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            work = partial(view, *args, **kwargs)
            if idempotency_key and idempotency.HEADER in request.headers:
                return idempotency.respond_once(work)
            return _commit_after(work, even_on)

        if idempotency_key:
            idempotency.describe(wrapper)
        return wrapper

    return decorator


def _commit_after(work: Callable[[], Any], even_on: type[AppError] | tuple[type[AppError], ...]) -> Any:
    try:
        response = work()
    except even_on:
        db.session.commit()
        raise
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    return response
