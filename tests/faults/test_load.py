"""A store that hangs never blocks all threads of a worker: requests that do not need it keep their speed."""

from itertools import count

import pytest

from learnstream.stores.bulkhead import MAX_SILENCE
from tests.faults.load import Clients

DEPENDENT_CLIENTS = 8
INDEPENDENT_CLIENTS = 4
PAUSE = 0.02  # between a client's requests, so that immediate error responses do not raise its rate
# The share of their rate that they keep. Without the cache, each read needs another store.
MIN_SHARE = {"postgres": 0.5, "mongodb": 0.5, "redis": 0.25}
SECONDS = 2.5
# What else runs on the machine may slow down either part of a measurement: one of these has to show that speed is kept.
MEASUREMENTS = 3


@pytest.fixture
def course(seeder):
    return seeder.course(seeder.instructor())


def request_by(person, path):
    headers = {"Authorization": f"Bearer {person.tokens['access_token']}"} if person.tokens else {}
    url = person.url + path
    return lambda session: session.get(url, headers=headers, timeout=20)


@pytest.fixture
def dependent_request(seeder):
    """Return a request that needs this store each time."""
    numbers = count()
    unseen = lambda session: session.get(f"{seeder.url}/courses?q=word{next(numbers)}", timeout=20)  # noqa: E731
    return {
        "postgres": request_by(seeder.person(), "/auth/sessions"),
        "mongodb": unseen,
        "redis": request_by(seeder.guest, "/courses"),
    }


@pytest.fixture
def independent_request(seeder, course):
    """Return a request that does not need this store."""
    learner = seeder.learner(course)
    reading = request_by(learner, f"/lessons/{course.text}")
    return {"postgres": reading, "mongodb": request_by(learner, "/auth/sessions"), "redis": reading}


@pytest.mark.parametrize(
    "store",
    [
        "postgres",
        pytest.param("mongodb", marks=pytest.mark.thorough),
        pytest.param("redis", marks=pytest.mark.thorough),
    ],
)
def test_requests_that_do_not_need_a_hanging_store_keep_their_speed(
    store, seeder, dependent_request, independent_request, fail, heal, record_property
):
    for _ in range(MEASUREMENTS):
        with (
            Clients(*[dependent_request[store]] * DEPENDENT_CLIENTS, pause=PAUSE),
            Clients(*[independent_request[store]] * INDEPENDENT_CLIENTS, pause=PAUSE) as clients,
        ):
            clients.measure(0.5)
            before = clients.measure(SECONDS)
            with clients.measuring() as during:
                fail(store, "frozen")
                clients.measure(SECONDS)
            heal(store)
        assert before.statuses.keys() == during.statuses.keys() == {200}
        is_kept = during.rate > before.rate * MIN_SHARE[store] and during.p95 < 2 * before.p95 + 0.05
        if is_kept:
            break
    record_property("load", {"store": store, "before": before.figures(), "meanwhile": during.figures()})

    assert is_kept, (before.figures(), during.figures())
    # The first requests wait for the store until it is known to be silent.
    assert during.longest_seconds < MAX_SILENCE + max(0.3, 2 * before.longest_seconds)
