"""The payment service's webhook events for administrators: what they say, and what to do with those that were given up."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from learnstream.clock import now
from learnstream.errors.payment_service import NoSuchPaymentEvent, PaymentEventNotParked
from learnstream.models import PaymentEventState, ReceivedPaymentEvent
from learnstream.services.commerce import event_queue
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import after_commit, db

NEWEST = Columns((ReceivedPaymentEvent.id,), descending=True)


def browse(*, part: Part, **equal: Any) -> Found[ReceivedPaymentEvent]:
    """Return a part of the events, newest first; `equal` are the `state`, `type` and `order_id` that they must have."""
    # A page of a hundred bodies would be 400 kB.
    matching = select(ReceivedPaymentEvent).options(defer(ReceivedPaymentEvent.body, raiseload=True))
    return rows_of(matching.filter_by(**equal), NEWEST, part)


def find(event_id: str, *, lock: bool = False) -> ReceivedPaymentEvent:
    """Return an event.

    Raises:
        NoSuchPaymentEvent: there is no such event.
    """
    wanted = select(ReceivedPaymentEvent).where(ReceivedPaymentEvent.event_id == event_id)
    wanted = wanted.with_for_update() if lock else wanted
    event = db.session.scalar(wanted, execution_options={"populate_existing": lock})
    if event is None:
        raise NoSuchPaymentEvent()
    return event


def replay(event_id: str, *, by: int) -> ReceivedPaymentEvent:
    """Have an event handled again at once, whatever its state, with all its tries.

    Raises:
        NoSuchPaymentEvent: there is no such event.
    """
    event = find(event_id, lock=True)
    _record("payment_event.replayed", event, by)
    event.state, event.tries, event.next_try_at, event.done_at = PaymentEventState.PENDING, 0, now(), None
    db.session.flush()
    after_commit(event_queue.wake)
    return event


def skip(event_id: str, *, by: int) -> ReceivedPaymentEvent:
    """Set a parked event aside for good.

    Raises:
        NoSuchPaymentEvent, PaymentEventNotParked: there is no such event, or it was not given up.
    """
    event = find(event_id, lock=True)
    if event.state is not PaymentEventState.PARKED:
        raise PaymentEventNotParked()
    _record("payment_event.skipped", event, by)
    event.state, event.done_at = PaymentEventState.SKIPPED, now()
    db.session.flush()
    return event


def _record(action: str, event: ReceivedPaymentEvent, by: int) -> None:
    details = {"event_id": event.event_id, "type": event.type, "state": event.state, "last_error": event.last_error}
    audit.record(action, actor_id=by, target_kind="payment_event", target_id=event.id, **details)
