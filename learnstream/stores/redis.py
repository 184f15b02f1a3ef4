"""The Redis client that all threads of a process share."""

import time
from typing import Any

import redis as redis_py
from flask import Flask
from redis.backoff import NoBackoff
from redis.exceptions import MaxConnectionsError
from redis.retry import Retry

REDIS_TIMEOUT = 0.25  # seconds; losing Redis may slow the system down but not stop it
REDIS_PAUSE = 0.002  # seconds between two looks for a free connection


class PatientPool(redis_py.ConnectionPool):
    """Waits a moment for a connection where all are in use; the library's own that does costs each look-up a lock."""

    def get_connection(self, *_: Any, **__: Any) -> Any:
        end = time.monotonic() + REDIS_TIMEOUT
        while True:
            try:
                return super().get_connection()
            except MaxConnectionsError:
                if time.monotonic() > end:
                    raise
                time.sleep(REDIS_PAUSE)


class Redis:
    """The one Redis client, made when the application is; `client` is shared by all threads."""

    client: redis_py.Redis

    def init_app(self, app: Flask) -> None:
        pool = PatientPool.from_url(
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
    """Return what a `rediss://` URL needs: dynos' Redis shows a self-signed certificate, so it cannot be verified."""
    return {"ssl_cert_reqs": "none"} if url.startswith("rediss://") else {}
