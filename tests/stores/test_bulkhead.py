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
def two_slots():
    hold = Bulkhead("store")
    hold.slots = 2
    return hold


@contextmanager
def occupied_slots(hold, number):
    """Let other requests wait for the store; yields the function that lets them return."""
    inside, returning = threading.Barrier(number + 1), threading.Event()

    def wait():
        with request_budget(), hold.slot(is_bound=False):
            inside.wait(5)
            returning.wait(5)

    with ThreadPoolExecutor(number) as pool:
        for _ in range(number):
            pool.submit(wait)
        inside.wait(5)
        yield returning.set
        returning.set()


def test_a_request_gets_a_slot_while_few_wait(two_slots):
    with request_budget(), occupied_slots(two_slots, 1), two_slots.slot():
        pass


def test_requests_are_rejected_when_all_slots_hang(two_slots, monkeypatch):
    monkeypatch.setattr(bulkhead, "MAX_SILENCE", 0.05)
    with request_budget(), occupied_slots(two_slots, 2), pytest.raises(Unavailable):
        two_slots.enter()


def test_the_last_request_waits_for_another_to_return(two_slots, monkeypatch):
    monkeypatch.setattr(bulkhead, "MAX_SILENCE", 5.0)
    with request_budget(), occupied_slots(two_slots, 2) as let_return:
        began = time.monotonic()
        threading.Timer(0.05, let_return).start()
        with two_slots.slot():
            assert 0.04 < time.monotonic() - began < bulkhead.MAX_SILENCE


def test_a_request_with_work_in_progress_continues(two_slots):
    with request_budget(), occupied_slots(two_slots, 2), two_slots.slot(is_bound=False):
        pass


def test_a_slot_is_freed_on_errors(two_slots):
    with request_budget():
        for _ in range(3):
            with pytest.raises(ZeroDivisionError), two_slots.slot():
                raise ZeroDivisionError
    with occupied_slots(two_slots, 1), request_budget(), two_slots.slot():
        pass


def test_jobs_are_not_limited(two_slots):
    with occupied_slots(two_slots, 3), two_slots.slot():
        pass


def test_a_process_keeps_one_thread_for_other_stores(app):
    assert bulkhead.postgres.slots == bulkhead.mongodb.slots == app.config["WEB_THREADS"] - 1 > 0
