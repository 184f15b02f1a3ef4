"""Rate limits of changes: counted for each operation by user or, without a token, by network.

Reads are not counted. Operations with a limit of their own use that instead.
"""

import time

from flask import Request, current_app
from limits import RateLimitItem, parse

from learnstream.errors import TooManyRequests
from learnstream.stores.cache import Count
from learnstream.stores.counters import Counters, shared_name
from learnstream.web import client_address

DEFAULT_LIMIT = parse("300 per minute")
# Each of these causes work elsewhere that costs more than the request.
ENDPOINT_LIMITS = {"playback.report_failure": parse("10 per minute")}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# These have limits of their own, or come from a service that sends many at once.
EXEMPT = frozenset({"auth.refresh", "auth.register", "webhook.receive_mux"})

counters = Counters()


def require(asked: Request, user_id: int | None) -> None:
    """Count the request and raise if the limit is exceeded.

    Raises:
        TooManyRequests: with `Retry-After`.
    """
    if not _is_counted(asked):
        return
    key, limit = _key(asked, user_id), _limit(asked)
    if counters.incr(key, limit.get_expiry()) > limit.amount:
        wait = int(counters.get_expiry(key) - time.time())
        raise TooManyRequests(headers={"Retry-After": str(max(1, wait))})


def prefetch_count(asked: Request, user_id: int) -> Count | None:
    """Return what `require` will count, so that it shares a round trip to Redis with other lookups."""
    return Count(shared_name(_key(asked, user_id)), _limit(asked).get_expiry()) if _is_counted(asked) else None


def _is_counted(asked: Request) -> bool:
    if asked.method in SAFE_METHODS or asked.endpoint in EXEMPT:
        return False
    return current_app.config["RATELIMIT_ENABLED"]


def _key(asked: Request, user_id: int | None) -> str:
    who = client_address.client_network() if user_id is None else f"user:{user_id}"
    return _limit(asked).key_for("limit", who, asked.endpoint or "")


def _limit(asked: Request) -> RateLimitItem:
    return ENDPOINT_LIMITS.get(asked.endpoint or "", DEFAULT_LIMIT)
