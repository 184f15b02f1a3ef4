import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from learnstream.errors.accounts import PasswordRefused
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
def run_in_threads(app):
    """Return a function that runs another one in several threads at once and returns the results."""
    waiting = threading.Barrier(AT_ONCE)

    def call(work):
        with app.app_context():
            waiting.wait(5)
            return work()

    def run_in_threads(work):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(call, [work] * AT_ONCE))

    return run_in_threads


def test_one_thread_hashes_for_all(run_in_threads, hashing_threads):
    [password_hash, *others] = run_in_threads(lambda: passwords.hash_new(PASSWORD))
    assert run_in_threads(lambda: passwords.matches(password_hash, PASSWORD)) == [True] * AT_ONCE
    assert run_in_threads(lambda: passwords.matches(None, PASSWORD)) == [False] * AT_ONCE

    assert len({password_hash, *others}) == AT_ONCE
    assert len(hashing_threads) == 1
    assert threading.get_ident() not in hashing_threads


def test_a_malformed_hash_matches_nothing_and_does_not_block_others(app):
    assert not passwords.matches("no hash", PASSWORD)
    assert passwords.matches(passwords.hash_new(PASSWORD), PASSWORD)


@pytest.mark.parametrize("password", ["12345678", "PassWord", "sunshine", "qwertyuiop"])
def test_common_passwords_are_refused(password):
    with pytest.raises(PasswordRefused):
        passwords.require_acceptable(password, email="ada@example.com", name="Ada")


@pytest.mark.parametrize("password", ["12345678,password", ",12345678", "unshines", "sunshine ", "é" * 8])
def test_parts_and_pairs_of_common_passwords_are_not_taken_for_them(password):
    passwords.require_acceptable(password, email="ada@example.com", name="Ada")
