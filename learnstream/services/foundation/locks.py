"""Locks that order what two stores do together: held in PostgreSQL until the present transaction ends."""

from sqlalchemy import text

from learnstream.stores.postgres import lock_patience
from learnstream.stores.sql import db

# Shorter than a request's budget, so that whoever waits too long is told so and keeps the connection.
PATIENCE_MS = 1500


def keep_course(course_id: str) -> None:
    """Keep a course as it is: whoever gives a seat in it holds this, together with others who do.

    What is read about the course afterwards stays true until the commit, as long as it is read from MongoDB itself.

    Raises:
        OperationalError: somebody has been changing the course for too long; trying again makes sense.
    """
    _take("pg_advisory_xact_lock_shared", f"course:{course_id}")


def change_course(course_id: str) -> None:
    """Publish, archive or delete a course alone: taken before MongoDB is read, so that no seat appears in between.

    Raises:
        OperationalError: others have been at it for too long; trying again makes sense.
    """
    _take("pg_advisory_xact_lock", f"course:{course_id}")


def change_administrators() -> None:
    """Decide alone who is an administrator, so that two changes at once cannot each leave it to the other.

    Raises:
        OperationalError: others have been at it for too long; trying again makes sense.
    """
    _take("pg_advisory_xact_lock", "administrators")


def try_to_publish_events() -> bool:
    """Become the one who publishes events, unless somebody else is at it; says whether."""
    query = text("SELECT pg_try_advisory_xact_lock(hashtextextended('events', 0))")
    return bool(db.session.scalar(query))


def _take(function: str, key: str) -> None:
    patience = min(PATIENCE_MS, int(lock_patience() * 1000))
    db.session.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": f"{patience}ms"})
    db.session.execute(text(f"SELECT {function}(hashtextextended(:key, 0))"), {"key": key})
