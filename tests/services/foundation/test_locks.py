import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from learnstream.services.foundation import locks
from learnstream.stores.sql import db

COURSE = "a" * 24


@pytest.fixture
def somebody(app):
    """Takes the same locks in a transaction of their own, without waiting."""
    with db.engine.connect() as connection:

        def try_lock(function, course_id=COURSE):
            call = f"SELECT pg_try_{function}(hashtextextended(:key, 0))"
            return connection.scalar(text(call), {"key": f"course:{course_id}"})

        yield try_lock


def test_many_may_keep_a_course(somebody):
    locks.lock_course_shared(COURSE)

    assert somebody("advisory_xact_lock_shared")


def test_a_course_that_is_kept_is_not_changed(somebody):
    locks.lock_course_shared(COURSE)

    assert not somebody("advisory_xact_lock")
    assert somebody("advisory_xact_lock", "b" * 24)


def test_a_course_that_changes_is_not_kept(somebody):
    locks.lock_course(COURSE)

    assert not somebody("advisory_xact_lock_shared")


def test_a_lock_ends_with_its_transaction(somebody):
    locks.lock_course(COURSE)
    db.session.commit()

    assert somebody("advisory_xact_lock")


def test_nobody_waits_for_ever(somebody, monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT_MS", 50)
    somebody("advisory_xact_lock")

    with pytest.raises(OperationalError, match="lock timeout"):
        locks.lock_course_shared(COURSE)
