"""The readiness check of the stores."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mongoengine
import psycopg2
from flask import current_app

from learnstream.stores.budget import watchdog
from learnstream.stores.redis import redis

SECONDS = 1.0


def check() -> dict[str, Any]:
    """Probe all stores concurrently, each for at most a second."""
    probes = {"postgres": _postgres_probe(), "mongodb": _probe_mongodb, "redis": _probe_redis}
    # No `with` block: leaving it would wait for a hanging probe.
    pool = ThreadPoolExecutor(max_workers=len(probes), thread_name_prefix="ready")
    deadline = time.monotonic() + SECONDS
    running = {name: pool.submit(_timed, probe) for name, probe in probes.items()}
    stores = {}
    for name, future in running.items():
        try:
            stores[name] = {"status": "up", "ms": future.result(timeout=max(0, deadline - time.monotonic()))}
        except Exception:
            stores[name] = {"status": "down", "ms": round(SECONDS * 1000, 1)}
    pool.shutdown(wait=False, cancel_futures=True)
    return {"status": _verdict(stores), "stores": stores}


def _verdict(stores: dict[str, dict[str, Any]]) -> str:
    down = {name for name, store in stores.items() if store["status"] == "down"}
    return "ready" if not down else "degraded" if down == {"redis"} else "unavailable"


def _timed(probe: Callable[[], Any]) -> float:
    began = time.perf_counter()
    probe()
    return round((time.perf_counter() - began) * 1000, 1)


def _postgres_probe() -> Callable[[], None]:
    # A separate connection: the pool may be exhausted although the server is up.
    dsn = current_app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg2", "", 1)

    def probe() -> None:
        connection = psycopg2.connect(dsn, connect_timeout=1)
        try:
            with watchdog.cutting(connection.fileno(), SECONDS), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            connection.close()

    return probe


def _probe_mongodb() -> None:
    mongoengine.get_db().command("ping")


def _probe_redis() -> None:
    redis.client.ping()
