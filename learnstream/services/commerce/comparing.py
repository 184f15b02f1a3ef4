"""The steps of reconciliation: each compares a page of the vendor's objects with our rows, and mends what differs."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from learnstream.clock import now
from learnstream.errors.payment_service import Unknown
from learnstream.integrations.payments import Checkout, CheckoutStatus, VendorRefund, current_payments
from learnstream.models import Order, OrderState, Payment, Refund, RefundState
from learnstream.models.reconciliation import Reconciliation, ReconciliationStep
from learnstream.services.commerce import event_work, granting, order_locks, refunds
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

# Clocks differ by a little, and an order is committed before its page is created.
MARGIN = timedelta(minutes=5)
# Orders settled at a time: with 1, each took twice as long (128 instead of 63 ms, on a machine with much else to do).
THREADS = 2
EVENTS_KEPT = timedelta(days=30)  # by the vendor
EVENTS_OVERLAP = timedelta(days=1)
# Pages of single questions, and when an order that is still open then is asked about again.
SINGLE, ASK_AGAIN = 20, timedelta(hours=6)
OVER = timedelta(hours=1)  # since an order without a page would have expired
LATE_MONEY = timedelta(days=15)  # methods of payment that take days take up to two weeks
OPEN_REFUNDS = (RefundState.REQUESTED, RefundState.PENDING, RefundState.REQUIRES_ACTION)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page has changed, with how many requests, and where the next one begins; None after the last."""

    changed: int
    next_cursor: str | None
    requests: int = 1


NOTHING = Page(0, None, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """A step. since: returns from when on to list, None if there is nothing to ask. compare: handles a page of that."""

    since: Callable[[], datetime | None]
    compare: Callable[[datetime, str | None], Page]


def _attempt(about: object, work: Callable[[], object]) -> bool:
    """Do and commit something; a failure is logged, and does not keep the others from being compared."""
    try:
        work()
        db.session.commit()
    except Exception as error:  # tried again by the next pass
        db.session.rollback()
        log.warning("%s was not reconciled: %s", about, error)
        return False
    return True


def _checkouts_since() -> datetime | None:
    recent = Order.created_at > now() - granting.WATCHED
    oldest = select(func.min(Order.created_at)).where(_is_watched(), or_(recent, _has_no_page()))
    return _before(db.session.scalar(oldest))


def _is_watched() -> ColumnElement[bool]:
    """True for orders that a payment may still settle."""
    return or_(Order.state == OrderState.PENDING, Order.next_check_at.is_not(None))


def _has_no_page() -> ColumnElement[bool]:
    return and_(Order.state == OrderState.PENDING, Order.checkout_id.is_(None))


def _before(at: datetime | None) -> datetime | None:
    return at and at - MARGIN


def _compare_checkouts(since: datetime, cursor: str | None) -> Page:
    listing = current_payments().list_checkouts(since, cursor)
    ours = [each for each in listing.items if each.order_id is not None]
    unsettled = _unsettled(ours)
    asked = sum(each.status is CheckoutStatus.OPEN for each in unsettled)
    return Page(_settle_all(unsettled), listing.next_cursor, 1 + asked)


def _settle_all(checkouts: Sequence[Checkout]) -> int:
    """Settle the orders of checkouts, some at a time; return how many succeeded."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def settle(checkout: Checkout) -> bool:
        with app.app_context():
            return _attempt(checkout.id, partial(_settle, checkout))

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(settle, checkouts))


def _settle(checkout: Checkout) -> Order:
    """Settle the order of a checkout. A page that is open though its order is closed is expired first: nobody waits for it."""
    order_id = cast(int, checkout.order_id)
    if checkout.status is CheckoutStatus.OPEN:
        state = db.session.scalar(select(Order.state).where(Order.id == order_id))
        db.session.rollback()
        if state is not OrderState.PENDING:
            checkout = current_payments().expire_checkout(checkout.id)
    return granting.settle(order_id, checkout)


def _unsettled(checkouts: Sequence[Checkout]) -> list[Checkout]:
    """Return the checkouts that say something which their orders do not."""
    state = (Order.state, Order.checkout_completed_at, Order.paid_at)
    columns = (Order.id, Order.accepted_terms_at, Order.attempt, Order.checkout_id, *state)
    ids = {each.order_id for each in checkouts}
    rows = {row.id: row for row in db.session.execute(select(*columns).where(Order.id.in_(ids)))}
    payment_ids = [each.payment_id for each in checkouts if each.payment_id]
    recorded = {*db.session.scalars(select(Payment.vendor_id).where(Payment.vendor_id.in_(payment_ids)))}
    db.session.rollback()
    return [each for each in checkouts if _differs(rows.get(each.order_id), each, recorded)]


def _differs(order: Any, checkout: Checkout, recorded: set[str | None]) -> bool:
    if order is None:
        if granting.is_paid(checkout):
            log.error("checkout %s is paid, but there is no order %s", checkout.id, checkout.order_id)
        return False
    if not granting.is_of(order, checkout):
        return False
    if granting.is_paid(checkout):
        is_new = checkout.payment_id not in recorded if checkout.total else order.paid_at is None
        return is_new and (bool(checkout.total) or order.state is not OrderState.FAILED)
    if order.state is not OrderState.PENDING:
        return checkout.status is CheckoutStatus.OPEN
    if order.checkout_id is None:
        return bool(checkout.attempt == order.attempt)
    waits = checkout.status is CheckoutStatus.COMPLETE and not checkout.payment_failed
    is_news = not waits or order.checkout_completed_at is None
    return bool(checkout.id == order.checkout_id and checkout.status is not CheckoutStatus.OPEN and is_news)


def _events_since() -> datetime:
    covered_at = db.session.scalar(select(Reconciliation.covered_at))
    oldest = now() - EVENTS_KEPT + MARGIN
    return max(oldest, covered_at - EVENTS_OVERLAP) if covered_at else oldest


def _compare_events(since: datetime, cursor: str | None) -> Page:
    listing = current_payments().list_events(since, undelivered=True, cursor=cursor)
    received = [event_work.receive(each) for each in listing.items]
    db.session.commit()
    return Page(sum(received), listing.next_cursor)


def _refunds_since() -> datetime | None:
    return _before(db.session.scalar(select(func.min(Refund.created_at)).where(Refund.state.in_(OPEN_REFUNDS))))


def _compare_refunds(since: datetime, cursor: str | None) -> Page:
    listing = current_payments().list_refunds(since, cursor)
    changed = [each for each in _unknown(listing.items) if _attempt(each.id, partial(refunds.apply, each))]
    return Page(len(changed), listing.next_cursor)


def _unknown(listed: Sequence[VendorRefund]) -> list[VendorRefund]:
    """Return the refunds of our payments whose state is another one than in our rows."""
    ids = [each.id for each in listed]
    states = dict(db.session.execute(select(Refund.vendor_id, Refund.state).where(Refund.vendor_id.in_(ids))).all())
    paid = [each.payment_id for each in listed if each.payment_id]
    ours = {*db.session.scalars(select(Payment.vendor_id).where(Payment.vendor_id.in_(paid)))}
    db.session.rollback()
    return [each for each in listed if each.payment_id in ours and states.get(each.id) != each.status.value]


def _orders_since() -> datetime:
    return now()


def _compare_orders(since: datetime, cursor: str | None) -> Page:
    """Ask about a page of orders that have been open for longer than any list goes back, or than their page.

    Those of which the vendor has no page are closed.
    """
    unpaid = Order.checkout_completed_at.is_(None)
    is_old = or_(Order.created_at < since - granting.WATCHED, and_(unpaid, _is_over(since)))
    due = or_(Order.next_check_at.is_(None), Order.next_check_at <= since)
    asked = select(Order.id, Order.checkout_id).where(
        Order.state == OrderState.PENDING, is_old, due, Order.id > int(cursor or 0)
    )
    found = db.session.execute(asked.order_by(Order.id).limit(SINGLE)).all()
    db.session.rollback()
    changed = [row for row in found if _attempt(row, partial(_ask, *row))]
    if cursor is None:
        _forget(since)
    next_cursor = str(found[-1].id) if len(found) == SINGLE else None
    return Page(len(changed), next_cursor, len(found))


def _is_over(at: datetime) -> ColumnElement[bool]:
    return Order.checkout_expires_at < at - OVER


def _ask(order_id: int, checkout_id: str | None) -> None:
    checkout = _find(checkout_id)
    order = granting.settle(order_id, checkout) if checkout else order_locks.lock(order_id)
    if order.state is not OrderState.PENDING:
        return
    # All checkouts since then were listed in this pass. If none is of this order, nothing can be paid.
    if checkout is None and _has_ended(order):
        granting.close(order, OrderState.FAILED if order.checkout_completed_at else OrderState.EXPIRED)
    else:
        order.next_check_at = now() + ASK_AGAIN


def _find(checkout_id: str | None) -> Checkout | None:
    """Return a checkout; None if the vendor has none with this id, as after the key was replaced by another account's."""
    try:
        return current_payments().find_checkout(checkout_id) if checkout_id else None
    except Unknown:
        return None


def _has_ended(order: Order) -> bool:
    """True if a page of the order's present attempt would not be open any more, and no money can be on its way."""
    if order.checkout_completed_at is not None:
        return order.checkout_completed_at < now() - LATE_MONEY
    ends_at = order.checkout_expires_at
    return ends_at is None or ends_at < now() - OVER


def _forget(at: datetime) -> None:
    """Stop watching closed orders of which no page can be open any more."""
    closed = (Order.state != OrderState.PENDING, Order.next_check_at <= at)
    db.session.execute(
        update(Order).where(*closed).values(next_check_at=None), execution_options={"synchronize_session": False}
    )
    db.session.commit()


STEPS = {
    ReconciliationStep.CHECKOUTS: Step(_checkouts_since, _compare_checkouts),
    ReconciliationStep.EVENTS: Step(_events_since, _compare_events),
    ReconciliationStep.REFUNDS: Step(_refunds_since, _compare_refunds),
    ReconciliationStep.ORDERS: Step(_orders_since, _compare_orders),
}
