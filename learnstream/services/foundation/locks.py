"""Advisory locks that serialize changes spanning both stores, held until the present transaction ends."""

from collections.abc import Collection

from sqlalchemy import text

from learnstream.stores.postgres import lock_timeout
from learnstream.stores.sql import db

# Shorter than a request's budget, so that a timeout gives an error response and the connection survives.
TIMEOUT_MS = 1500


def lock_course_shared(course_id: str) -> None:
    """Take a course's shared lock, as every transaction that enrolls in it does; it excludes `lock_course`.

    Anything read about the course from MongoDB afterwards stays valid until the commit.

    Raises:
        OperationalError: the course has been locked exclusively for too long; the request may be retried.
    """
    lock_courses_shared([course_id])


def lock_courses_shared(course_ids: Collection[str]) -> None:
    """Take the shared locks of many courses, in two statements; see `lock_course_shared`."""
    _limit_waiting()
    keys = [f"course:{course_id}" for course_id in sorted(course_ids)]
    every = text(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended(key, 0)) FROM unnest(CAST(:keys AS text[])) AS key"
    )
    db.session.execute(every, {"keys": keys})


def lock_course(course_id: str) -> None:
    """Take a course's exclusive lock to publish, archive or delete it.

    It must be taken before MongoDB is read, so that no enrollment is added in between.

    Raises:
        OperationalError: other transactions have held the lock for too long; the request may be retried.
    """
    _lock("pg_advisory_xact_lock", f"course:{course_id}")


def lock_administrators() -> None:
    """Serialize changes of administrators, so that two concurrent ones cannot remove the last two.

    Raises:
        OperationalError: other transactions have held the lock for too long; the request may be retried.
    """
    _lock("pg_advisory_xact_lock", "administrators")


def try_lock_publisher() -> bool:
    """Try to become the only publisher of events; return whether the lock was free."""
    query = text("SELECT pg_try_advisory_xact_lock(hashtextextended('events', 0))")
    return bool(db.session.scalar(query))


def _lock(function: str, key: str) -> None:
    _limit_waiting()
    db.session.execute(text(f"SELECT {function}(hashtextextended(:key, 0))"), {"key": key})


def _limit_waiting() -> None:
    timeout = min(TIMEOUT_MS, int(lock_timeout() * 1000))
    db.session.execute(text("SELECT set_config('lock_timeout', :timeout, true)"), {"timeout": f"{timeout}ms"})
