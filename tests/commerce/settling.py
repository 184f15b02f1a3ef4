"""What the worker does, at once: no pause is waited for, and what died is taken for dead."""

from datetime import timedelta

from sqlalchemy import update

from learnstream.clock import now
from learnstream.models import IdempotencyKey, Order, OutboxMessage, ReceivedPaymentEvent
from learnstream.models.reconciliation import Reconciliation
from learnstream.services.commerce import event_work, reconciliation
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

JOBS = (event_work.handle_due, outbox.relay, reconciliation.run)


def settle(rounds: int = 3) -> None:
    """Do all that is due, and what that makes due in so many rounds."""
    for _ in range(rounds):
        for job in JOBS:
            run(job)


def run(job) -> None:
    """Run a job, and commit what it left."""
    make_due()
    job()
    db.session.commit()


def make_due() -> None:
    """Let all pauses be over, and all claims have lapsed."""
    moment = now() - timedelta(seconds=1)
    db.session.rollback()
    for table in (OutboxMessage, ReceivedPaymentEvent):
        db.session.execute(update(table).values(next_try_at=moment))
    db.session.execute(update(Reconciliation).values(lease_until=None))
    db.session.execute(update(Order).where(Order.next_check_at.is_not(None)).values(next_check_at=moment))
    abandoned = moment - timedelta(minutes=5)
    db.session.execute(update(IdempotencyKey).where(IdempotencyKey.status.is_(None)).values(created_at=abandoned))
    db.session.commit()
