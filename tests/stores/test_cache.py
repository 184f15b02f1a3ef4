import pytest
from flask import g

from learnstream.errors import NotFound, Unavailable
from learnstream.stores import cache, generations
from learnstream.stores.redis import redis


@pytest.fixture(autouse=True)
def stores(app):
    """Every test here talks to Redis."""


def down():
    raise Unavailable("mongodb")


def test_a_fresh_value_is_not_loaded_again():
    cache.get_or_load("k", lambda: b"first", ttl=60)

    assert cache.get_or_load("k", lambda: b"second", ttl=60) == b"first"


def test_a_stale_value_is_loaded_again():
    cache.get_or_load("k", lambda: b"first", ttl=-1)

    assert cache.get_or_load("k", lambda: b"second", ttl=60) == b"second"


def test_the_latest_value_is_loaded_even_if_a_fresh_one_is_cached():
    cache.get_or_load("k", lambda: b"first", ttl=60)

    assert cache.get_or_load("k", lambda: b"second", ttl=60, latest=True) == b"second"
    assert cache.get_or_load("k", down, ttl=60, latest=True) == b"second"


def test_a_stale_value_is_served_while_the_store_is_down():
    cache.get_or_load("k", lambda: b"first", ttl=-1)

    assert cache.get_or_load("k", down, ttl=60) == b"first"


def test_an_uncached_value_is_an_outage_while_the_store_is_down():
    with pytest.raises(Unavailable):
        cache.get_or_load("k", down, ttl=60)


def test_an_invalidation_deletes_the_value():
    cache.get_or_load("k", lambda: b"first", ttl=60)

    cache.invalidate("k")

    assert cache.get_or_load("k", lambda: b"second", ttl=60) == b"second"


def test_a_concurrent_reader_cannot_restore_the_old_value():
    def load():
        cache.invalidate("k")
        return b"old"

    cache.get_or_load("k", load, ttl=60)

    assert cache.lookup("k")[0].value is None


def test_a_value_that_the_store_no_longer_has_is_not_served_while_the_store_is_down():
    def gone():
        raise NotFound()

    cache.get_or_load("k", lambda: b"first", ttl=-1)
    with pytest.raises(NotFound):
        cache.get_or_load("k", gone, ttl=60)

    with pytest.raises(Unavailable):
        cache.get_or_load("k", down, ttl=60)


def each(keys, load, ttl=60):
    return cache.get_or_load_each(keys, load, ttl=ttl)


def test_stale_keys_are_loaded_together():
    asked = []

    def load(keys):
        asked.append(list(keys))
        return {key: key.encode() for key in keys}

    each(["a"], load)

    assert each(["a", "b", "c"], load) == {"a": b"a", "b": b"b", "c": b"c"}
    assert asked == [["a"], ["b", "c"]]


def test_keys_that_the_store_does_not_have_are_left_out():
    each(["a", "b"], lambda keys: {"a": b"old", "b": b"old"}, ttl=-1)

    assert each(["a", "b"], lambda keys: {"b": b"new"}) == {"b": b"new"}


def test_while_the_store_is_down_stale_values_are_returned():
    each(["a"], lambda keys: {"a": b"old"}, ttl=-1)

    assert each(["a", "b"], lambda keys: down()) == {"a": b"old"}


def test_a_value_in_a_group_is_not_loaded_again():
    cache.get_or_load_in("g", "k", lambda: b"a|b", ttl=60)

    assert cache.get_or_load_in("g", "k", lambda: b"second", ttl=60) == b"a|b"


def test_an_invalidation_of_the_group_makes_all_its_values_stale():
    for key in ("k", "l"):
        cache.get_or_load_in("g", key, lambda: b"first", ttl=60)

    cache.invalidate("g")

    assert [cache.get_or_load_in("g", key, lambda: b"second", ttl=60) for key in ("k", "l")] == [b"second"] * 2


def test_a_stale_value_of_a_group_is_served_while_the_store_is_down():
    cache.get_or_load_in("g", "k", lambda: b"a|b", ttl=60)
    cache.invalidate("g")

    assert cache.get_or_load_in("g", "k", down, ttl=60) == b"a|b"


def test_a_concurrent_reader_cannot_restore_the_old_value_of_a_group():
    def load():
        cache.invalidate("g")
        return b"old"

    cache.get_or_load_in("g", "k", load, ttl=60)

    assert cache.get_or_load_in("g", "k", lambda: b"new", ttl=60) == b"new"


@pytest.fixture
def prefetch(app):
    """What the current request has prefetched."""
    g.prefetch = cache.Prefetch()
    return g.prefetch


def test_prefetched_entries_cost_no_further_round_trip(prefetch, queries):
    for key in ("a", "b"):
        cache.get_or_load(key, lambda: b"value", ttl=60)

    queries.clear()
    cache.prefetch("a", "b")
    values = [cache.get_or_load(key, down, ttl=60) for key in ("b", "a")]

    assert (values, queries) == ([b"value", b"value"], ["redis"])


def test_prefetched_entries_are_not_prefetched_again(prefetch, queries):
    cache.prefetch("a", "b")
    queries.clear()

    cache.prefetch("a")
    assert queries == []

    cache.prefetch("a", "c")
    assert queries == ["redis"]


def test_a_prefetched_entry_is_served_once(prefetch):
    cache.prefetch("a")
    cache.get_or_load("a", lambda: b"first", ttl=60)

    assert cache.get_or_load("a", down, ttl=60) == b"first"


def test_a_prefetched_entry_does_not_outlive_an_invalidation(prefetch):
    cache.get_or_load("a", lambda: b"first", ttl=60)
    cache.prefetch("a")

    cache.invalidate("a")

    assert cache.get_or_load("a", lambda: b"second", ttl=60) == b"second"


def test_outside_a_request_nothing_is_prefetched(queries):
    g.prefetch = None
    cache.prefetch("a")

    assert queries == []
    assert cache.lookup("a") == [cache.Entry(None, fresh=False, generation=b"")]


def test_many_keys_are_invalidated_in_one_round_trip(app, queries):
    keys = [f"k{number}" for number in range(1000)]
    for key in ("k0", "k999"):
        cache.fill(key, b"v", generation=b"", ttl=60, stale_if_error=60)
    queries.clear()
    cache.invalidate(*keys)
    assert queries == ["redis"]

    entries = cache.lookup(*keys)
    assert {entry.value for entry in entries} == {None}
    assert b"" not in {entry.generation for entry in entries}
    ages = {redis.client.ttl(f"generation:{key}") for key in keys}
    assert generations.LIFETIME - 60 < min(ages) <= max(ages) <= generations.LIFETIME


def test_a_count_is_prefetched_once_and_expires(app):
    counted = []
    for _ in range(2):
        prefetch = cache.Prefetch()
        prefetch.read(["k"], cache.Count("counter:k", 60))
        counted += [prefetch.take_count("counter:k"), prefetch.take_count("counter:k")]

    assert counted == [1, None, 2, None]
    assert 0 < redis.client.ttl("counter:k") <= 60
