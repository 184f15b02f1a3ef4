"""The Redis client that all threads of a process share."""

from typing import Any

import redis as redis_py
from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry

REDIS_TIMEOUT = 0.25  # seconds; losing Redis may slow the system down but not stop it


class Redis:
    """The Redis client, created with the application; `client` is shared by all threads."""

    client: redis_py.Redis

    def init_app(self, app: Flask) -> None:
        self.client = redis_py.Redis.from_pool(make_pool(app.config["REDIS_URL"], app.config["REDIS_POOL_SIZE"]))


redis = Redis()


def make_pool(url: str, size: int) -> redis_py.ConnectionPool:
    """Return a pool in which threads wait for a free connection, no longer than for a response of Redis."""
    return redis_py.BlockingConnectionPool.from_url(
        url,
        timeout=REDIS_TIMEOUT,
        socket_timeout=REDIS_TIMEOUT,
        socket_connect_timeout=REDIS_TIMEOUT,
        max_connections=size,
        retry=Retry(NoBackoff(), 0),
        **redis_tls(url),
    )


def redis_tls(url: str) -> dict[str, Any]:
    """Return the options for a `rediss://` URL: Heroku's Redis has a self-signed certificate, which is not verified."""
    return {"ssl_cert_reqs": "none"} if url.startswith("rediss://") else {}
