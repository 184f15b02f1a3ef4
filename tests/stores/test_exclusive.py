"""Work that runs in at most one thread of a process."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from learnstream.stores.exclusive import exclusively
from tests.waiting import within


def test_requests_while_it_runs_are_combined_into_one_more_run():
    began, go_on, runs = threading.Event(), threading.Event(), []

    def work():
        runs.append(threading.get_ident())
        began.set()
        assert go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(exclusively, "test", work)
        assert began.wait(10)
        for _ in range(3):
            # These occupy no thread.
            pool.submit(exclusively, "test", work).result(timeout=10)
        go_on.set()
        first.result(timeout=10)

    assert len(runs) == 2
    assert len(set(runs)) == 1


def test_other_work_is_not_delayed():
    began, go_on, done = threading.Event(), threading.Event(), []

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(exclusively, "hanging", lambda: began.set() or go_on.wait(10))
        assert began.wait(10)
        exclusively("other", lambda: done.append(True))
        go_on.set()
        hanging.result(timeout=10)

    assert done == [True]


def test_work_that_failed_can_run_again():
    def fail():
        raise RuntimeError("not today")

    runs = []
    with pytest.raises(RuntimeError):
        exclusively("test", fail)
    exclusively("test", lambda: runs.append(True))

    assert runs == [True]


def test_no_request_is_lost():
    state = {"wanted": 0, "seen": 0}

    def work():
        state["seen"] = state["wanted"]

    def request(_):
        state["wanted"] += 1
        exclusively("test", work)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(request, range(2000)))

    within(10, lambda: state["seen"] == state["wanted"])
