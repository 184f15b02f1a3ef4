"""Events of the payment service: stored before they are acknowledged, claimed, applied, and tried again after failures."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.integrations.payments import ReceivedEvent, UnreadableEvent, current_payments
from learnstream.models import PaymentEventState, ReceivedPaymentEvent
from learnstream.services.commerce import event_queue, events
from learnstream.services.commerce.event_queue import RETRIES
from learnstream.services.foundation.retries import describe
from learnstream.stores.sql import after_commit, db

log = logging.getLogger(__name__)

# Claimed with one commit. More would have to wait for each other too long if the vendor has to be asked.
BATCH = 10
# A worker that has not finished its events by then is assumed to have died.
LEASE = timedelta(minutes=3)
STORED = ReceivedPaymentEvent


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that this worker handles."""

    id: int
    event_id: str
    type: str
    body: bytes
    tries: int


def receive(event: ReceivedEvent) -> bool:
    """Store a verified event in the present transaction; return False if it is stored already.

    It must not be acknowledged before the commit, after which a worker handles it.
    """
    row = {
        "event_id": event.id,
        "type": event.type,
        "livemode": event.livemode,
        "vendor_created_at": event.created_at,
        "body": event.body,
    }
    # The unique index decides between deliveries at once: whoever inserts the row has received the event.
    stored = insert(STORED).values(row).on_conflict_do_nothing(index_elements=["event_id"]).returning(STORED.id)
    if db.session.scalar(stored) is None:
        return False
    after_commit(event_queue.wake)
    return True


def handle_due() -> int:
    """Handle the events that are due; return how many succeeded. Several workers can share the work."""
    done = 0
    while claimed := _claim():
        done += sum(_handle(each) for each in claimed)
    return done


def _claim() -> Sequence[Claimed]:
    """Claim the events that have been due for longest, by postponing their next try by a lease."""
    due = select(STORED.id).where(STORED.state == PaymentEventState.PENDING, STORED.next_try_at <= now())
    oldest = due.order_by(STORED.next_try_at, STORED.id).limit(BATCH).with_for_update(skip_locked=True)
    rows = db.session.execute(
        update(STORED)
        .where(STORED.id.in_(oldest.scalar_subquery()))
        .values(tries=STORED.tries + 1, next_try_at=now() + LEASE)
        .returning(STORED.id, STORED.event_id, STORED.type, STORED.body, STORED.tries),
        execution_options={"synchronize_session": False},
    ).all()
    db.session.commit()
    return sorted((Claimed(*row) for row in rows), key=lambda each: each.id)


def _handle(event: Claimed) -> bool:
    try:
        order_id = events.handle(current_payments().read_event(event.body))
        state = PaymentEventState.IGNORED if order_id is None else PaymentEventState.DONE
        # The effects and the mark share one commit.
        return _settle(event, state=state, order_id=order_id, done_at=now(), last_error=None)
    except Exception as error:  # a poison event may fail anywhere, and must not affect other events
        db.session.rollback()
        log.warning("payment event %s (%s) was not applied: %s", event.event_id, event.type, error)
        _postpone(event, error)
        return False


def _postpone(event: Claimed, error: Exception) -> None:
    pause = None if isinstance(error, UnreadableEvent) else RETRIES.pause_after(event.tries)
    after: dict[str, Any] = {"state": PaymentEventState.PARKED} if pause is None else {"next_try_at": now() + pause}
    _settle(event, last_error=describe(error), **after)


def _settle(event: Claimed, **columns: Any) -> bool:
    """Commit the outcome of a try; return False, and roll back, if another worker has taken the event over."""
    claimed = (STORED.id == event.id, STORED.tries == event.tries, STORED.state == PaymentEventState.PENDING)
    settled = db.session.scalar(
        update(STORED).where(*claimed).values(columns).returning(STORED.id),
        execution_options={"synchronize_session": False},
    )
    if settled is None:
        log.warning("payment event %s (%s) was taken over", event.event_id, event.type)
        db.session.rollback()
        return False
    db.session.commit()
    return True


def lag() -> dict[str, Any]:
    """Return how many events are pending, since when the oldest is, and how many are parked."""

    def of(state: PaymentEventState) -> Any:
        return func.count().filter(STORED.state == state)

    waiting = func.min(STORED.received_at).filter(STORED.state == PaymentEventState.PENDING)
    states = STORED.state.in_([PaymentEventState.PENDING, PaymentEventState.PARKED])
    pending, oldest_at, parked = db.session.execute(
        select(of(PaymentEventState.PENDING), waiting, of(PaymentEventState.PARKED)).where(states)
    ).one()
    seconds = (now() - oldest_at).total_seconds() if oldest_at else 0.0
    return {"pending": pending, "oldest_at": oldest_at, "seconds": seconds, "parked": parked}
