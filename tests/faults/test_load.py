"""A store that hangs never blocks all threads of a worker: requests that do not need it keep their speed."""

from itertools import count

import pytest

from learnstream.stores.bulkhead import MAX_SILENCE
from tests.faults.load import Clients

NEEDING = 8
OTHERS = 4
PAUSE = 0.02  # between a client's requests, so that immediate error responses do not raise its rate
# The share of their rate that they keep. Without the cache, each read needs another store.
KEPT = {"postgres": 0.5, "mongodb": 0.5, "redis": 0.25}
SECONDS = 2.5


@pytest.fixture
def course(school):
    return school.course(school.instructor())


def asking(person, path):
    headers = {"Authorization": f"Bearer {person.tokens['access_token']}"} if person.tokens else {}
    url = person.url + path
    return lambda session: session.get(url, headers=headers, timeout=20)


@pytest.fixture
def needing(school):
    """Return a request that needs this store each time."""
    numbers = count()
    unseen = lambda session: session.get(f"{school.url}/courses?q=word{next(numbers)}", timeout=20)  # noqa: E731
    return {
        "postgres": asking(school.person(), "/auth/sessions"),
        "mongodb": unseen,
        "redis": asking(school.guest, "/courses"),
    }


@pytest.fixture
def others(school, course):
    """Return a request that does not need this store."""
    learner = school.learner(course)
    reading = asking(learner, f"/lessons/{course.text}")
    return {"postgres": reading, "mongodb": asking(learner, "/auth/sessions"), "redis": reading}


@pytest.mark.parametrize(
    "store",
    [
        "postgres",
        pytest.param("mongodb", marks=pytest.mark.thorough),
        pytest.param("redis", marks=pytest.mark.thorough),
    ],
)
def test_who_needs_another_store_keeps_their_speed(store, school, needing, others, fail, heal, record_property):
    with Clients(*[needing[store]] * NEEDING, pause=PAUSE), Clients(*[others[store]] * OTHERS, pause=PAUSE) as clients:
        clients.watch(0.5)
        before = clients.watch(SECONDS)
        with clients.watching() as meanwhile:
            fail(store, "frozen")
            clients.watch(SECONDS)
        heal(store)
    record_property("load", {"store": store, "before": before.figures(), "meanwhile": meanwhile.figures()})

    assert before.statuses.keys() == meanwhile.statuses.keys() == {200}
    assert meanwhile.rate > before.rate * KEPT[store]
    assert meanwhile.p95 < 2 * before.p95 + 0.05
    # The first requests wait for the store until it is known to be silent.
    assert meanwhile.longest < MAX_SILENCE + max(0.3, 2 * before.longest)
