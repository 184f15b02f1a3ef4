import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from learnstream.services.accounts import passwords
from tests.factories import PASSWORD

AT_ONCE = 4


@pytest.fixture
def hashing_threads(monkeypatch):
    """Return the set of ids of threads that have hashed."""
    threads = set()

    def watch(name):
        work = getattr(PasswordHasher, name)

        def noted(*args):
            threads.add(threading.get_ident())
            return work(*args)

        monkeypatch.setattr(PasswordHasher, name, noted)

    watch("hash")
    watch("verify")
    return threads


@pytest.fixture
def at_once(app):
    """Return a function that runs another one in several threads at once and returns the results."""
    waiting = threading.Barrier(AT_ONCE)

    def one(work):
        with app.app_context():
            waiting.wait(5)
            return work()

    def at_once(work):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, [work] * AT_ONCE))

    return at_once


def test_one_thread_hashes_for_all(at_once, hashing_threads):
    [password_hash, *others] = at_once(lambda: passwords.hash_new(PASSWORD))
    assert at_once(lambda: passwords.matches(password_hash, PASSWORD)) == [True] * AT_ONCE
    assert at_once(lambda: passwords.matches(None, PASSWORD)) == [False] * AT_ONCE

    assert len({password_hash, *others}) == AT_ONCE
    assert len(hashing_threads) == 1
    assert threading.get_ident() not in hashing_threads


def test_a_malformed_hash_matches_nothing_and_does_not_block_others(app):
    assert not passwords.matches("no hash", PASSWORD)
    assert passwords.matches(passwords.hash_new(PASSWORD), PASSWORD)
