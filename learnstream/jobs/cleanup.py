"""Forget what has expired."""

from learnstream.extensions import celery, db
from learnstream.services import idempotency, sessions

TASK = "learnstream.forget_expired"


@celery.task(name=TASK)
def forget_expired() -> None:
    """Delete ended sessions, expired refresh tokens and expired idempotency keys."""
    sessions.forget_ended()
    idempotency.forget_expired()
    db.session.commit()
