"""How often anybody may change something: counted for each operation, by person, before signing in by network.

Reads are what there is most of, and are not counted. Operations with a limit of their own have that instead.
"""

import time

from flask import Request, current_app
from limits import RateLimitItem, parse

from learnstream.errors import TooManyRequests
from learnstream.stores.cache import Count
from learnstream.stores.counters import Counters, shared_name
from learnstream.web import client_address

ALLOWANCE = parse("300 per minute")
# Each of these has something done elsewhere that costs more than the request.
NARROWER = {"playback.report_failure": parse("10 per minute")}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# These are limited by themselves, or by the one who calls: that many events come at once is how they come.
ELSEWHERE = frozenset({"auth.refresh", "auth.register", "webhook.receive_mux"})

counters = Counters()


def require(asked: Request, user_id: int | None) -> None:
    """Let a request through unless there have been too many like it.

    Raises:
        TooManyRequests: with `Retry-After`.
    """
    if not _is_counted(asked):
        return
    key, limit = _key(asked, user_id), _limit(asked)
    if counters.incr(key, limit.get_expiry()) > limit.amount:
        wait = int(counters.get_expiry(key) - time.time())
        raise TooManyRequests(headers={"Retry-After": str(max(1, wait))})


def count_ahead(asked: Request, user_id: int) -> Count | None:
    """Say what `require` is going to count, so that it comes along with what else is asked of Redis."""
    return Count(shared_name(_key(asked, user_id)), _limit(asked).get_expiry()) if _is_counted(asked) else None


def _is_counted(asked: Request) -> bool:
    if asked.method in SAFE_METHODS or asked.endpoint in ELSEWHERE:
        return False
    return current_app.config["RATELIMIT_ENABLED"]


def _key(asked: Request, user_id: int | None) -> str:
    who = client_address.client_network() if user_id is None else f"user:{user_id}"
    return _limit(asked).key_for("limit", who, asked.endpoint or "")


def _limit(asked: Request) -> RateLimitItem:
    return NARROWER.get(asked.endpoint or "", ALLOWANCE)
