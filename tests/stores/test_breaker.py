import threading

import pytest

from learnstream.errors import Unavailable
from learnstream.stores.breaker import Breaker


def admitted_elsewhere(breaker):
    """Say whether another thread would be let through."""
    answers = []

    def ask():
        try:
            breaker.admit()
            answers.append(True)
        except Unavailable:
            answers.append(False)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return answers[0]


@pytest.fixture
def rested():
    """The breaker of a store that failed, after its rest."""
    breaker = Breaker("store", rest=0)
    breaker.failed()
    breaker.rest = 60
    return breaker


def test_a_store_that_works_is_asked():
    assert admitted_elsewhere(Breaker("store"))


def test_a_store_that_failed_rests():
    breaker = Breaker("store", rest=60)
    breaker.failed()

    with pytest.raises(Unavailable):
        breaker.admit()


def test_after_its_rest_one_thread_tries(rested):
    rested.admit()

    assert not admitted_elsewhere(rested)


def test_a_try_may_take_several_calls(rested):
    rested.admit()
    rested.admit()


def test_a_try_that_fails_begins_the_next_rest(rested):
    rested.admit()
    rested.failed()

    with pytest.raises(Unavailable):
        rested.admit()


def test_a_try_that_succeeds_opens_the_store_to_all(rested):
    rested.admit()
    rested.succeeded()

    assert admitted_elsewhere(rested)
