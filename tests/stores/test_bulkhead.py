import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from learnstream.errors import Unavailable
from learnstream.stores import bulkhead
from learnstream.stores.budget import request_budget
from learnstream.stores.bulkhead import Bulkhead


@pytest.fixture
def two_places():
    hold = Bulkhead("store")
    hold.places = 2
    return hold


@contextmanager
def taken(hold, number):
    """Have other requests wait for the store until they are told to come back; yields how."""
    inside, coming_back = threading.Barrier(number + 1), threading.Event()

    def wait():
        with request_budget(), hold.place(is_bound=False):
            inside.wait(5)
            coming_back.wait(5)

    with ThreadPoolExecutor(number) as pool:
        for _ in range(number):
            pool.submit(wait)
        inside.wait(5)
        yield coming_back.set
        coming_back.set()


def test_there_is_a_place_for_whoever_comes_while_few_wait(two_places):
    with request_budget(), taken(two_places, 1), two_places.place():
        pass


def test_nobody_more_waits_for_a_store_from_which_nobody_comes_back(two_places, monkeypatch):
    monkeypatch.setattr(bulkhead, "PATIENCE", 0.05)
    with request_budget(), taken(two_places, 2), pytest.raises(Unavailable):
        two_places.enter()


def test_the_last_to_come_waits_for_somebody_to_come_back(two_places, monkeypatch):
    monkeypatch.setattr(bulkhead, "PATIENCE", 5.0)
    with request_budget(), taken(two_places, 2) as come_back:
        threading.Timer(0.05, come_back).start()
        began = time.monotonic()
        with two_places.place():
            assert 0.04 < time.monotonic() - began < 2


def test_whoever_has_begun_something_goes_on(two_places):
    with request_budget(), taken(two_places, 2), two_places.place(is_bound=False):
        pass


def test_a_place_is_given_back_whatever_happens(two_places):
    with request_budget():
        for _ in range(3):
            with pytest.raises(ZeroDivisionError), two_places.place():
                raise ZeroDivisionError
    with taken(two_places, 1), request_budget(), two_places.place():
        pass


def test_jobs_are_not_limited(two_places):
    with taken(two_places, 3), two_places.place():
        pass


def test_a_process_keeps_one_thread_for_other_stores(app):
    assert bulkhead.postgres.places == bulkhead.mongodb.places == app.config["WEB_THREADS"] - 1 > 0
