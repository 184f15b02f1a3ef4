"""The Redis connection pool when more threads need a connection than there are."""

import threading
import time

import pytest
from redis import BlockingConnectionPool
from redis.exceptions import ConnectionError as NoConnection

from learnstream.stores.redis import REDIS_TIMEOUT, make_pool, redis


@pytest.fixture
def pool(settings):
    """A pool with a single connection."""
    pool = make_pool(settings["REDIS_URL"], 1)
    yield pool
    pool.disconnect()


def test_a_thread_that_finds_no_free_connection_waits_for_the_next(pool):
    taken = pool.get_connection()
    back = threading.Timer(REDIS_TIMEOUT / 10, pool.release, [taken])
    back.start()

    assert pool.get_connection() is taken
    back.join()


def test_no_thread_waits_longer_than_the_timeout_of_redis(pool):
    pool.get_connection()

    began = time.monotonic()
    with pytest.raises(NoConnection):
        pool.get_connection()
    assert time.monotonic() - began >= REDIS_TIMEOUT


def test_the_application_uses_a_blocking_pool(app):
    pool = redis.client.connection_pool

    assert (type(pool), pool.max_connections) == (BlockingConnectionPool, app.config["REDIS_POOL_SIZE"])
