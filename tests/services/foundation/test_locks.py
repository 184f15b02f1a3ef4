import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from learnstream.services.foundation import locks
from learnstream.stores.sql import db

COURSE = "a" * 24


@pytest.fixture
def other_transaction(app):
    """Return a function that tries to take the same locks in a separate transaction."""
    with db.engine.connect() as connection:

        def try_lock(function, course_id=COURSE):
            call = f"SELECT pg_try_{function}(hashtextextended(:key, 0))"
            return connection.scalar(text(call), {"key": f"course:{course_id}"})

        yield try_lock


def test_the_shared_lock_of_a_course_is_shared(other_transaction):
    locks.lock_course_shared(COURSE)

    assert other_transaction("advisory_xact_lock_shared")


def test_the_shared_lock_excludes_the_exclusive_lock(other_transaction):
    locks.lock_course_shared(COURSE)

    assert not other_transaction("advisory_xact_lock")
    assert other_transaction("advisory_xact_lock", "b" * 24)


def test_the_exclusive_lock_excludes_the_shared_lock(other_transaction):
    locks.lock_course(COURSE)

    assert not other_transaction("advisory_xact_lock_shared")


def test_a_lock_ends_with_its_transaction(other_transaction):
    locks.lock_course(COURSE)
    db.session.commit()

    assert other_transaction("advisory_xact_lock")


def test_waiting_for_a_lock_times_out(other_transaction, monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT_MS", 50)
    other_transaction("advisory_xact_lock")

    with pytest.raises(OperationalError, match="lock timeout"):
        locks.lock_course_shared(COURSE)
