import pytest
import redis as redis_py

from devstack.processes import ports
from learnstream.errors import Unavailable
from learnstream.stores import cache, generations
from learnstream.stores.redis import REDIS_TIMEOUT, redis
from tests.waiting import within

SOON = 20.0  # seconds on a busy machine; it takes a third of one on an idle one


@pytest.fixture(autouse=True)
def stores(app):
    """Every test here talks to Redis."""


@pytest.fixture
def redis_outage(monkeypatch):
    """Let Redis fail and recover."""
    usual = redis.client
    unreachable = redis_py.Redis(port=ports.free(), socket_timeout=REDIS_TIMEOUT, retry=None)
    monkeypatch.setattr(generations, "breaker", generations.Breaker("redis"))
    yield lambda: monkeypatch.setattr(redis, "client", unreachable), lambda: monkeypatch.setattr(redis, "client", usual)
    monkeypatch.setattr(redis, "client", usual)
    within(SOON, lambda: not generations.pending)
    unreachable.close()


def cached_value(key="k"):
    [entry] = cache.lookup(key)
    return entry.value


def read(value):
    cache.get_or_load("k", lambda: value, ttl=60)


def down():
    raise Unavailable("postgres")


def test_a_reader_during_a_change_cannot_restore_the_old_value():
    read(b"old")
    cache.close("k")

    read(b"old")

    assert cached_value() is None


def test_a_value_read_before_the_entry_was_closed_is_not_restored():
    def load():
        cache.close("k")
        return b"old"

    cache.get_or_load("k", load, ttl=60)

    assert cached_value() is None


def test_after_the_change_it_is_filled_again():
    reopen, is_closed = cache.close("k")
    reopen()
    read(b"new")

    assert (is_closed, cached_value()) == (True, b"new")


def test_a_value_read_while_the_entry_was_closed_is_not_restored_afterwards():
    reopen, _ = cache.close("k")

    def load():
        reopen()
        return b"old"

    cache.get_or_load("k", load, ttl=60)

    assert cached_value() is None


def test_one_change_does_not_reopen_an_entry_that_another_has_closed():
    reopen, _ = cache.close("k")
    cache.close("k")
    reopen()
    cache.invalidate("k")
    read(b"old")

    assert cached_value() is None


def test_an_entry_that_is_never_reopened_is_filled_again_a_minute_later():
    cache.close("k")

    assert generations.CLOSED_SECONDS - 5 < redis.client.ttl("generation:k") <= generations.CLOSED_SECONDS


def test_an_invalidation_that_redis_missed_is_retried_when_it_is_back(redis_outage):
    fail, recover = redis_outage
    read(b"old")
    fail()

    assert cache.invalidate("k") is False
    recover()

    within(SOON, lambda: cached_value() is None)


def test_a_close_and_reopen_that_redis_missed_are_retried_when_it_is_back(redis_outage):
    fail, recover = redis_outage
    read(b"old")
    fail()
    reopen, is_closed = cache.close("k")
    reopen()
    recover()

    within(SOON, lambda: cached_value() is None)
    assert is_closed is False


def test_an_invalidation_that_redis_missed_rejects_fills_of_values_read_before(redis_outage):
    fail, recover = redis_outage

    def load():
        fail()
        cache.invalidate("k")
        recover()
        within(SOON, lambda: not generations.pending)
        return b"old"

    cache.get_or_load("k", load, ttl=60)

    assert cached_value() is None


def test_all_invalidations_that_redis_missed_are_retried_in_batches(redis_outage):
    fail, recover = redis_outage
    keys = [f"k{number}" for number in range(2 * generations.BATCH + 1)]
    for key in (keys[0], keys[-1]):
        cache.fill(key, b"old", generation=b"", ttl=60, stale_if_error=60)
    fail()
    for start in range(0, len(keys), 100):
        cache.invalidate(*keys[start : start + 100])
    recover()

    within(SOON, lambda: not generations.pending)
    assert (cached_value(keys[0]), cached_value(keys[-1])) == (None, None)


def test_a_revocation_missed_by_redis_applies_while_postgresql_is_down(redis_outage):
    fail, recover = redis_outage
    cache.get_or_load("k", lambda: b"old", ttl=-1)
    fail()
    cache.invalidate("k")
    recover()
    within(SOON, lambda: not generations.pending)

    with pytest.raises(Unavailable):
        cache.get_or_load("k", down, ttl=60)


def test_thousands_of_keys_take_one_round_trip(app, queries):
    keys = [f"many{number}" for number in range(8 * generations.BATCH + 1)]
    generations.begin(["first"])  # opens a connection
    queries.clear()

    assert generations.begin(keys)

    assert queries == ["redis"]
    assert generations.redis.client.exists(*(f"generation:{key}" for key in keys)) == len(keys)
