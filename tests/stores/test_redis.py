"""What happens when more threads want Redis than there are connections."""

import threading
import time

import pytest
from redis.exceptions import MaxConnectionsError

from learnstream.stores.redis import REDIS_TIMEOUT, PatientPool, redis


@pytest.fixture
def pool(settings):
    """One connection for all."""
    pool = PatientPool.from_url(settings["REDIS_URL"], max_connections=1)
    yield pool
    pool.disconnect()


def test_who_finds_all_connections_in_use_gets_the_next_that_is_free(pool):
    taken = pool.get_connection()
    back = threading.Timer(REDIS_TIMEOUT / 10, pool.release, [taken])
    back.start()

    assert pool.get_connection() is taken
    back.join()


def test_nobody_waits_longer_than_for_redis_itself(pool):
    pool.get_connection()

    began = time.monotonic()
    with pytest.raises(MaxConnectionsError):
        pool.get_connection()
    assert time.monotonic() - began >= REDIS_TIMEOUT


def test_the_application_waits(app):
    assert isinstance(redis.client.connection_pool, PatientPool)
