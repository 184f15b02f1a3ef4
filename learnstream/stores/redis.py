"""The Redis client that all threads of a process share."""

import time
from typing import Any

import redis as redis_py
from flask import Flask
from redis.backoff import NoBackoff
from redis.exceptions import MaxConnectionsError
from redis.retry import Retry

REDIS_TIMEOUT = 0.25  # seconds; losing Redis may slow the system down but not stop it
POLL_INTERVAL = 0.002  # seconds between two attempts to get a free connection


class PollingPool(redis_py.ConnectionPool):
    """Polls for a connection while all are in use; the library's BlockingConnectionPool takes a lock per call."""

    def get_connection(self, *_: Any, **__: Any) -> Any:
        deadline = time.monotonic() + REDIS_TIMEOUT
        while True:
            try:
                return super().get_connection()
            except MaxConnectionsError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_INTERVAL)


class Redis:
    """The Redis client, created with the application; `client` is shared by all threads."""

    client: redis_py.Redis

    def init_app(self, app: Flask) -> None:
        pool = PollingPool.from_url(
            app.config["REDIS_URL"],
            socket_timeout=REDIS_TIMEOUT,
            socket_connect_timeout=REDIS_TIMEOUT,
            max_connections=app.config["REDIS_POOL_SIZE"],
            retry=Retry(NoBackoff(), 0),
            **redis_tls(app.config["REDIS_URL"]),
        )
        self.client = redis_py.Redis.from_pool(pool)


redis = Redis()


def redis_tls(url: str) -> dict[str, Any]:
    """Return the options for a `rediss://` URL: Heroku's Redis has a self-signed certificate, which is not verified."""
    return {"ssl_cert_reqs": "none"} if url.startswith("rediss://") else {}
