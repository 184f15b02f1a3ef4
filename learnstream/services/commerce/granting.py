"""Granting: an order becomes what its checkouts say, and the buyer of a paid one gets the seat, in one transaction.

Webhooks, the return page and reconciliation all call `settle`, in any order, any number of times, with snapshots of any
age. It locks the order first, then the coupon, then the seat, as everything that changes orders does.
"""

import logging
from datetime import UTC, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.integrations.payments import Checkout, CheckoutStatus, PaymentStatus, RefundReason
from learnstream.models import EventType, Order, OrderState, Payment, SeatSource
from learnstream.services.commerce import coupons, documents, ledger, refunds
from learnstream.services.commerce.order_locks import lock
from learnstream.services.enrollment import grants
from learnstream.services.enrollment.grants import Reason
from learnstream.services.foundation import audit, events, locks
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

# Longer than a page can be open (a day): until then, an order that was closed may still be paid.
WATCHED = timedelta(hours=26)
MONEY = {PaymentStatus.PAID, PaymentStatus.NO_PAYMENT_REQUIRED}
# Why a payment gives no seat; it is refunded then.
MISMATCH, SECOND, HELD, BARRED = "amount_mismatch", "paid_twice", "already_bought", "enrollment_barred"
TWICE = {SECOND, HELD}


class WrongOrder(ValueError):
    """A checkout is not of this order, or of the other mode."""


class ForeignCheckout(WrongOrder):
    """A checkout that another system with the same account created, whose orders have the same numbers."""


def settle(order_id: int, checkout: Checkout) -> Order:
    """Bring an order up to date with a checkout of it.

    Paid: the buyer gets the seat, also if the order had expired or failed. A payment that can give no seat, because it is
    not what was ordered, is the second one of the order, or its buyer has bought the course otherwise or is barred from
    it, is recorded and refunded. Complete but unpaid: the order waits. Open: the order learns of its page.

    Raises:
        NoSuchOrder, WrongOrder, ForeignCheckout
    """
    order = lock(order_id)
    if checkout.order_id != order_id or checkout.livemode != order.livemode:
        raise WrongOrder(f"checkout {checkout.id} is not of order {order_id}")
    if not is_of(order, checkout):
        raise ForeignCheckout(f"checkout {checkout.id} is of an order {order_id} of another system")
    if is_paid(checkout):
        _receive(order, checkout)
    elif order.state is OrderState.PENDING and _is_current(order, checkout):
        _follow(order, checkout)
    db.session.flush()
    return order


def settle_free(order_id: int) -> Order:
    """Give the buyer the seat of an order of nothing, which needs no vendor.

    Raises:
        NoSuchOrder
        ValueError: there is something to pay.
    """
    order = lock(order_id)
    if order.total:
        raise ValueError(f"order {order_id} is not free")
    _receive_nothing(order)
    db.session.flush()
    return order


def close(order: Order, state: OrderState) -> None:
    """End a locked, pending order that was not paid, as expired or failed; its coupon can be used again."""
    order.state, order.closed_at, order.next_check_at = state, now(), order.created_at + WATCHED
    coupons.give_back(order)


def is_paid(checkout: Checkout) -> bool:
    """True if a checkout needs no more money: a complete one may still wait for it."""
    return checkout.status is CheckoutStatus.COMPLETE and checkout.payment_status in MONEY


def reference(order: Order | Row[Any]) -> str:
    """Return what no order of another system with the same id has: when it was placed, in digits."""
    return f"{order.accepted_terms_at.astimezone(UTC):%Y%m%d%H%M%S%f}"


def is_of(order: Order | Row[Any], checkout: Checkout) -> bool:
    """True if a checkout that names an order's id is of that order, and not of another system's."""
    return checkout.reference == reference(order) or checkout.id == order.checkout_id


def _is_current(order: Order, checkout: Checkout) -> bool:
    """True if a checkout is the order's latest page, or the one of which no answer has come."""
    return checkout.id == order.checkout_id or (order.checkout_id is None and checkout.attempt == order.attempt)


def _follow(order: Order, checkout: Checkout) -> None:
    order.checkout_id = checkout.id
    if checkout.payment_failed:
        close(order, OrderState.FAILED)
    elif checkout.status is CheckoutStatus.EXPIRED:
        close(order, OrderState.EXPIRED)
    elif checkout.status is CheckoutStatus.COMPLETE:
        order.checkout_completed_at = order.checkout_completed_at or now()
    elif checkout.status is CheckoutStatus.OPEN:
        order.checkout_url, order.checkout_expires_at = checkout.url, checkout.expires_at


def _receive(order: Order, checkout: Checkout) -> None:
    if checkout.total == 0:
        _receive_nothing(order)
        return
    if checkout.payment_id is None:
        raise WrongOrder(f"checkout {checkout.id} is paid, but has no payment")
    payment = _record(order, checkout)
    if payment is None:
        documents.note(checkout)
        return
    why = _reason_to_refund(order, checkout)
    ledger.record_payment(order, payment, sold=why is None)
    if why:
        _refund(order, payment, why)
        return
    order.tax, order.total = checkout.tax, checkout.total
    _mark_paid(order, payment.amount)
    if checkout.receipt_url is None:
        documents.request(payment)


def _receive_nothing(order: Order) -> None:
    """Settle an order of which nothing was to be paid; no vendor has an object for that."""
    if order.paid_at is not None:
        return
    if order.due.amount:
        log.error("order %s costs something, but its checkout was free", order.id)
        _fail(order, MISMATCH)
    elif why := _give_seat(order):
        _fail(order, why)
    else:
        _mark_paid(order, 0)
        ledger.record_free(order)


def _record(order: Order, checkout: Checkout) -> Payment | None:
    """Record a payment; return None if it is recorded already."""
    row = insert(Payment).values(
        order_id=order.id,
        vendor_id=checkout.payment_id,
        checkout_id=checkout.id,
        amount=checkout.total,
        tax=checkout.tax,
        currency=checkout.currency,
        livemode=checkout.livemode,
        paid_at=now(),
        **documents.of(checkout),
    )
    return db.session.scalar(row.on_conflict_do_nothing().returning(Payment))


def _reason_to_refund(order: Order, checkout: Checkout) -> str | None:
    """Return why a new payment gives no seat; None if it has given one."""
    if not _is_as_ordered(order, checkout):
        return MISMATCH
    return SECOND if order.paid_at else _give_seat(order)


def _is_as_ordered(order: Order, checkout: Checkout) -> bool:
    """True if amount and currency are the order's. The vendor computes the tax, within the amount or on top of it."""
    due = order.due
    totals = (due.amount, due.amount + checkout.tax)
    return (checkout.currency, checkout.subtotal) == (due.currency, due.amount) and checkout.total in totals


def _give_seat(order: Order) -> str | None:
    """Give the buyer the seat in the order's version of the course; return why they get none.

    Nothing is asked of MongoDB, and the course may be archived: the order has promised this version.
    """
    pair, versions = (order.user_id, order.course_id), {order.course_id: order.course_version}
    locks.lock_course_shared(order.course_id)
    # A live seat that was paid is another order's: this one has given none yet.
    given = grants.give(
        [pair],
        Reason(SeatSource.PAYMENT, order.id),
        versions=versions,
        unless_held_by=[SeatSource.PAYMENT],
    )
    if given.held:
        return HELD
    return BARRED if given.barred else None


def _mark_paid(order: Order, amount: int) -> None:
    order.state, order.paid_at, order.closed_at, order.next_check_at = OrderState.PAID, now(), None, None
    coupons.keep(order)
    events.record(
        EventType.ORDER_PAID,
        str(order.id),
        order_id=order.id,
        user_id=order.user_id,
        course_id=order.course_id,
        amount=amount,
        currency=order.currency,
    )


def _refund(order: Order, payment: Payment, why: str) -> None:
    """Have a payment refunded that gives no seat."""
    log.warning("a payment of order %s is refunded: %s", order.id, why)
    audit.record(
        "payment.refused", actor_id=None, target_kind="order", target_id=order.id, payment_id=payment.id, why=why
    )
    refunds.request(payment, reason=RefundReason.DUPLICATE if why in TWICE else RefundReason.REQUESTED, note=why)
    _fail(order, why)


def _fail(order: Order, why: str) -> None:
    if order.state is OrderState.PENDING:
        log.warning("order %s failed: %s", order.id, why)
        close(order, OrderState.FAILED)
