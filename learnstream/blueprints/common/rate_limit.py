"""Rate limits of changes: counted for each operation by user or, without a token, by network. Reads are not counted."""

import time
from collections.abc import Callable

from flask import Request, current_app, g
from limits import RateLimitItem, parse

from learnstream.errors import TooManyRequests
from learnstream.stores.cache import Count
from learnstream.stores.counters import Counters, shared_name
from learnstream.web import client_address
from learnstream.web.middleware import RATE_LIMIT, RATE_LIMIT_POLICY
from learnstream.web.route_facts import Facts, View, state

DEFAULT_LIMIT = parse("300 per minute")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

counters = Counters()


def limited(rate: str, *, by_network: bool = False) -> Callable[[View], View]:
    """Limit a route to a rate of its own, such as `10 per minute`.

    by_network: count by the client's network even if the request has a token.
    """
    return lambda view: state(view, limit=parse(rate), by_network=by_network)


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
    key, limit = _key(asked, facts, user_id), _limit(facts)
    count = counters.incr(key, limit.get_expiry())
    if count > limit.amount:
        wait = max(1, int(counters.get_expiry(key) - time.time()))
        g.rate_limit_headers = headers(limit, remaining=0, reset=wait)
        raise TooManyRequests(headers={"Retry-After": str(wait)})
    # The seconds until the window ends are left out: they would cost another round trip to Redis.
    g.rate_limit_headers = headers(limit, remaining=limit.amount - count)


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
    return Count(shared_name(_key(asked, facts, user_id)), _limit(facts).get_expiry())


def _is_counted(asked: Request, facts: Facts) -> bool:
    if asked.method in SAFE_METHODS or facts.unlimited:
        return False
    return current_app.config["RATELIMIT_ENABLED"]


def _key(asked: Request, facts: Facts, user_id: int | None) -> str:
    by_network = user_id is None or facts.by_network
    who = client_address.client_network() if by_network else f"user:{user_id}"
    return _limit(facts).key_for("limit", who, asked.endpoint or "")


def _limit(facts: Facts) -> RateLimitItem:
    return facts.limit or DEFAULT_LIMIT
