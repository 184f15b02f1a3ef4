import threading

import pytest

from learnstream.errors import Unavailable
from learnstream.stores.breaker import Breaker


def admitted_elsewhere(breaker):
    """Return whether another thread would be let through."""
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
def recovering():
    """The breaker of a store that failed, after its recovery timeout."""
    breaker = Breaker("store", recovery_timeout=0)
    breaker.failed()
    breaker.recovery_timeout = 60
    return breaker


def test_a_store_that_works_is_called():
    assert admitted_elsewhere(Breaker("store"))


def test_a_store_that_failed_is_not_called():
    breaker = Breaker("store", recovery_timeout=60)
    breaker.failed()

    with pytest.raises(Unavailable):
        breaker.admit()


def test_after_the_recovery_timeout_one_thread_makes_a_trial_call(recovering):
    recovering.admit()

    assert not admitted_elsewhere(recovering)


def test_the_trial_thread_may_make_several_calls(recovering):
    recovering.admit()
    recovering.admit()


def test_a_failed_trial_starts_the_next_recovery_timeout(recovering):
    recovering.admit()
    recovering.failed()

    with pytest.raises(Unavailable):
        recovering.admit()


def test_a_successful_trial_closes_the_breaker(recovering):
    recovering.admit()
    recovering.succeeded()

    assert admitted_elsewhere(recovering)
