"""Rate limits of changes: counted for each operation by user or, without a token, by network. Reads are not counted.

Flask-Limiter enforces the limits of single routes. The default limit shares a round trip with the caller's facts.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, Request, current_app, g
from flask_limiter import RateLimitExceeded
from limits import RateLimitItem, parse

from learnstream import errors
from learnstream.errors import TooManyRequests
from learnstream.extensions import limiter
from learnstream.stores.cache import Count
from learnstream.stores.counters import Counters, shared_name
from learnstream.web import client_address
from learnstream.web.middleware import RATE_LIMIT, RATE_LIMIT_POLICY
from learnstream.web.route_facts import Facts, View, state

DEFAULT_LIMIT = parse("300 per minute")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

counters = Counters()


def init_app(app: Flask) -> None:
    """Answer requests over a route's own limit as those over the default one."""
    app.register_error_handler(RateLimitExceeded, lambda _: errors.problem(_too_many()))


def limited(rate: str, *, by_network: bool = False) -> Callable[[View], View]:
    """Limit a route to a rate of its own, such as `10 per minute`, instead of the default.

    by_network: count by the client's network even if the request has a token.
    """
    limit = limiter.limit(rate, key_func=client_address.client_network if by_network else _client)

    def decorate(view: View) -> View:
        return state(cast(View, limit(_with_headers(view))), own_limit=True)

    return decorate


def unlimited(view: View) -> View:
    """Do not limit a route: it serves a client that sends many requests at once and is authenticated otherwise."""
    return state(view, unlimited=True)


def require(asked: Request, facts: Facts, user_id: int | None) -> None:
    """Count the request and raise if the limit is exceeded.

    Raises:
        TooManyRequests: with `Retry-After`.
    """
    if not _is_counted(asked, facts):
        return
    key = _key(asked, user_id)
    count = counters.incr(key, DEFAULT_LIMIT.get_expiry())
    if count > DEFAULT_LIMIT.amount:
        raise _exceeded(DEFAULT_LIMIT, counters.get_expiry(key))
    # The seconds until the window ends are left out: they would cost another round trip to Redis.
    g.rate_limit_headers = headers(DEFAULT_LIMIT, remaining=DEFAULT_LIMIT.amount - count)


def headers(limit: RateLimitItem, *, remaining: int, reset: int | None = None) -> list[tuple[str, str]]:
    """Return the response headers that tell a client how much of a limit is left.

    reset: seconds until the window ends.
    """
    time_left = "" if reset is None else f";t={reset}"
    policy = f'"default";q={limit.amount};w={limit.get_expiry()}'
    return [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, f'"default";r={remaining}{time_left}')]


def prefetch_count(asked: Request, facts: Facts, user_id: int) -> Count | None:
    """Return what `require` will count, so that it shares a round trip to Redis with other lookups.

    Counted alone, it takes 150 µs of CPU more, of 1,500 for a heartbeat.
    """
    if not _is_counted(asked, facts):
        return None
    return Count(shared_name(_key(asked, user_id)), DEFAULT_LIMIT.get_expiry())


def _is_counted(asked: Request, facts: Facts) -> bool:
    if asked.method in SAFE_METHODS or facts.own_limit or facts.unlimited:
        return False
    return current_app.config["RATELIMIT_ENABLED"]


def _key(asked: Request, user_id: int | None) -> str:
    return DEFAULT_LIMIT.key_for("limit", _who(user_id), asked.endpoint or "")


def _client() -> str:
    return _who(g.caller.id if g.caller else None)


def _who(user_id: int | None) -> str:
    return client_address.client_network() if user_id is None else f"user:{user_id}"


def _with_headers(view: View) -> View:
    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if current := limiter.current_limit:
            g.rate_limit_headers = headers(current.limit, remaining=current.remaining)
        return view(*args, **kwargs)

    return wrapper  # type: ignore[return-value]


def _too_many() -> TooManyRequests:
    current = limiter.current_limit
    return _exceeded(current.limit, current.reset_at) if current else TooManyRequests(headers={"Retry-After": "1"})


def _exceeded(limit: RateLimitItem, reset_at: float) -> TooManyRequests:
    wait = max(1, int(reset_at - time.time()))
    g.rate_limit_headers = headers(limit, remaining=0, reset=wait)
    return TooManyRequests(headers={"Retry-After": str(wait)})
