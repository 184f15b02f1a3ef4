import pytest

from learnstream.errors import NotFound, Unavailable
from learnstream.stores import cache, generations
from learnstream.stores.redis import redis


@pytest.fixture(autouse=True)
def stores(app):
    """Every test here talks to Redis."""


def down():
    raise Unavailable("mongodb")


def test_a_fresh_value_is_not_loaded_again():
    cache.remember("k", lambda: b"first", fresh_for=60)

    assert cache.remember("k", lambda: b"second", fresh_for=60) == b"first"


def test_a_stale_value_is_loaded_again():
    cache.remember("k", lambda: b"first", fresh_for=-1)

    assert cache.remember("k", lambda: b"second", fresh_for=60) == b"second"


def test_the_latest_value_is_loaded_even_if_a_fresh_one_is_known():
    cache.remember("k", lambda: b"first", fresh_for=60)

    assert cache.remember("k", lambda: b"second", fresh_for=60, latest=True) == b"second"
    assert cache.remember("k", down, fresh_for=60, latest=True) == b"second"


def test_the_last_known_value_serves_while_the_store_is_down():
    cache.remember("k", lambda: b"first", fresh_for=-1)

    assert cache.remember("k", down, fresh_for=60) == b"first"


def test_nothing_known_and_the_store_down_is_an_outage():
    with pytest.raises(Unavailable):
        cache.remember("k", down, fresh_for=60)


def test_a_change_forgets_the_value():
    cache.remember("k", lambda: b"first", fresh_for=60)

    cache.invalidate("k")

    assert cache.remember("k", lambda: b"second", fresh_for=60) == b"second"


def test_a_reader_who_raced_a_change_cannot_write_the_old_value_back():
    def load():
        cache.invalidate("k")
        return b"old"

    cache.remember("k", load, fresh_for=60)

    assert cache.lookup("k")[0].value is None


def test_what_its_store_denies_does_not_come_back_while_the_store_is_down():
    def gone():
        raise NotFound()

    cache.remember("k", lambda: b"first", fresh_for=-1)
    with pytest.raises(NotFound):
        cache.remember("k", gone, fresh_for=60)

    with pytest.raises(Unavailable):
        cache.remember("k", down, fresh_for=60)


def each(keys, load, fresh_for=60):
    return cache.remember_each(keys, load, fresh_for=fresh_for)


def test_only_what_is_not_fresh_is_loaded_and_all_of_it_at_once():
    asked = []

    def load(keys):
        asked.append(list(keys))
        return {key: key.encode() for key in keys}

    each(["a"], load)

    assert each(["a", "b", "c"], load) == {"a": b"a", "b": b"b", "c": b"c"}
    assert asked == [["a"], ["b", "c"]]


def test_what_the_store_does_not_know_is_left_out():
    each(["a", "b"], lambda keys: {"a": b"old", "b": b"old"}, fresh_for=-1)

    assert each(["a", "b"], lambda keys: {"b": b"new"}) == {"b": b"new"}


def test_while_the_store_is_down_what_is_known_is_returned():
    each(["a"], lambda keys: {"a": b"old"}, fresh_for=-1)

    assert each(["a", "b"], lambda keys: down()) == {"a": b"old"}


def test_a_value_in_a_group_is_not_loaded_again():
    cache.remember_in("g", "k", lambda: b"a|b", fresh_for=60)

    assert cache.remember_in("g", "k", lambda: b"second", fresh_for=60) == b"a|b"


def test_a_change_to_the_group_forgets_all_its_values():
    for key in ("k", "l"):
        cache.remember_in("g", key, lambda: b"first", fresh_for=60)

    cache.invalidate("g")

    assert [cache.remember_in("g", key, lambda: b"second", fresh_for=60) for key in ("k", "l")] == [b"second"] * 2


def test_a_forgotten_value_of_a_group_serves_while_the_store_is_down():
    cache.remember_in("g", "k", lambda: b"a|b", fresh_for=60)
    cache.invalidate("g")

    assert cache.remember_in("g", "k", down, fresh_for=60) == b"a|b"


def test_a_reader_who_raced_a_change_to_the_group_does_not_make_the_old_value_fresh():
    def load():
        cache.invalidate("g")
        return b"old"

    cache.remember_in("g", "k", load, fresh_for=60)

    assert cache.remember_in("g", "k", lambda: b"new", fresh_for=60) == b"new"


def test_entries_read_ahead_cost_no_further_round_trip(queries):
    for key in ("a", "b"):
        cache.remember(key, lambda: b"value", fresh_for=60)

    queries.clear()
    cache.look_ahead("a", "b")
    values = [cache.remember(key, down, fresh_for=60) for key in ("b", "a")]

    assert (values, queries) == ([b"value", b"value"], ["redis"])


def test_what_was_read_ahead_is_not_read_ahead_again(queries):
    cache.look_ahead("a", "b")
    queries.clear()

    cache.look_ahead("a")
    assert queries == []

    cache.look_ahead("a", "c")
    assert queries == ["redis"]


def test_an_entry_read_ahead_serves_once():
    cache.look_ahead("a")
    cache.remember("a", lambda: b"first", fresh_for=60)

    assert cache.remember("a", down, fresh_for=60) == b"first"


def test_an_entry_read_ahead_does_not_outlive_a_change():
    cache.remember("a", lambda: b"first", fresh_for=60)
    cache.look_ahead("a")

    cache.invalidate("a")

    assert cache.remember("a", lambda: b"second", fresh_for=60) == b"second"


def test_the_next_request_is_not_served_what_an_earlier_one_read_ahead():
    cache.look_ahead("a")
    cache.remember("b", lambda: b"value", fresh_for=60)
    cache.forget_ahead()
    cache.fill("a", b"later", generation=b"", fresh_for=60, keep_for=60)

    assert cache.remember("a", down, fresh_for=60) == b"later"


def test_many_are_forgotten_in_one_round_trip_each_with_its_generation(app, queries):
    keys = [f"k{number}" for number in range(1000)]
    for key in ("k0", "k999"):
        cache.fill(key, b"v", generation=b"", fresh_for=60, keep_for=60)
    queries.clear()
    cache.invalidate(*keys)
    assert queries == ["redis"]

    entries = cache.lookup(*keys)
    assert {entry.value for entry in entries} == {None}
    assert b"" not in {entry.generation for entry in entries}
    ages = {redis.client.ttl(f"generation:{key}") for key in keys}
    assert generations.LIFETIME - 60 < min(ages) <= max(ages) <= generations.LIFETIME


def test_a_count_is_taken_along_once_and_ends_after_its_time():
    counted = []
    for _ in range(2):
        cache.look_ahead("k", count=cache.Count("counter:k", 60))
        counted += [cache.counted_ahead("counter:k"), cache.counted_ahead("counter:k")]
        cache.forget_ahead()

    assert counted == [1, None, 2, None]
    assert 0 < redis.client.ttl("counter:k") <= 60
