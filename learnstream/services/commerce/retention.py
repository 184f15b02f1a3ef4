"""How long records of payments are kept: what an invoice must name as long as the law asks, whatever else is erased.

Orders that were never paid are no such record, and the bodies of webhook events are only needed to apply them again.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, Delete, and_, delete, exists, func, or_, select, text

from learnstream.clock import now
from learnstream.models import (
    CouponUse,
    Dispute,
    LedgerEntry,
    Order,
    OrderState,
    Payment,
    PaymentEventState,
    ReceivedPaymentEvent,
    Refund,
    SeatGrant,
    SeatSource,
)
from learnstream.stores.sql import db

UNPAID_KEPT = timedelta(days=180)
EVENTS_KEPT = timedelta(days=90)
# What a transaction deletes at most, so that it is short.
BATCH = 500
SETTLED = (PaymentEventState.DONE, PaymentEventState.IGNORED, PaymentEventState.SKIPPED)
# Each refers to those after it.
TABLES = (LedgerEntry, Dispute, Refund, Payment, CouponUse)


def delete_old(years: int) -> int:
    """Delete some records that are not needed any more; return how many orders were among them.

    years: for how long what an invoice must name is kept. An order is kept longer while its seat is live, or while
    anything about it has changed since.
    """
    # The trigger of the ledger compares each entry with this itself.
    db.session.execute(text("SELECT set_config('learnstream.years_of_ledger', :years, true)"), {"years": str(years)})
    old = or_(and_(_ended_before(years), ~_has_live_grant()), _never_paid())
    which = select(Order.id).where(Order.state != OrderState.PENDING, old).order_by(Order.id).limit(BATCH)
    ids = db.session.scalars(which.with_for_update(skip_locked=True, of=Order)).all()
    for table in TABLES:
        db.session.execute(delete(table).where(table.order_id.in_(ids)))
    db.session.execute(delete(Order).where(Order.id.in_(ids)))
    db.session.execute(_old_events())
    db.session.execute(text("SELECT set_config('learnstream.years_of_ledger', '', true)"))
    return len(ids)


def _ended_before(years: int) -> ColumnElement[bool]:
    """True for orders about which nothing has happened in these years."""
    limit = func.now() - func.make_interval(years)
    recent = (
        exists().where(LedgerEntry.order_id == Order.id, LedgerEntry.created_at >= limit),
        exists().where(Payment.order_id == Order.id, Payment.created_at >= limit),
        exists().where(Refund.order_id == Order.id, Refund.updated_at >= limit),
        exists().where(Dispute.order_id == Order.id, Dispute.updated_at >= limit),
    )
    return and_(Order.created_at < limit, ~or_(*recent))


def _has_live_grant() -> ColumnElement[bool]:
    unended = and_(SeatGrant.ended_at.is_(None), or_(SeatGrant.expires_at.is_(None), SeatGrant.expires_at > now()))
    return exists().where(SeatGrant.source == SeatSource.PAYMENT, SeatGrant.source_id == Order.id, unended)


def _never_paid() -> ColumnElement[bool]:
    """True for orders that ended without a payment long ago."""
    unpaid = and_(Order.paid_at.is_(None), ~exists().where(Payment.order_id == Order.id))
    return and_(unpaid, Order.closed_at < now() - UNPAID_KEPT, Order.next_check_at.is_(None))


def _old_events() -> Delete:
    old = ReceivedPaymentEvent.received_at < now() - EVENTS_KEPT
    some = select(ReceivedPaymentEvent.id).where(old, ReceivedPaymentEvent.state.in_(SETTLED)).limit(BATCH)
    return delete(ReceivedPaymentEvent).where(ReceivedPaymentEvent.id.in_(some))
