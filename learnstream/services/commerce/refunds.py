"""Refunds: requested here or in the vendor's dashboard, and what the vendor says of them.

A refund belongs to a payment. One that is requested here is committed as `requested` before the vendor is asked (see
`refunding`); the vendor's objects name its id, by which they are recognized. All others were made in its dashboard. Each
counts once, by the vendor's id, and what the vendor says may come repeatedly and in any order.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.commerce import NoSuchOrder
from learnstream.errors.refunds import NoSuchPayment, NothingToRefund, PaymentDisputed
from learnstream.integrations.payments import RefundReason, RefundStatus, VendorRefund, current_payments
from learnstream.models import EventType, Order, Payment, Refund, RefundState
from learnstream.services.commerce import ledger, order_locks, standing
from learnstream.services.commerce.standing import ACCEPTED, Account
from learnstream.services.foundation import audit, events, idempotency, outbox
from learnstream.stores.sql import db
from learnstream.text import money

log = logging.getLogger(__name__)

REQUESTED = "refund.requested"
# A request takes at most 15 seconds.
HEAD_START = timedelta(seconds=20)
# What may follow what: a refund that succeeded can fail later, and news that is older changes nothing.
RANKS = {
    RefundState.REQUESTED: 0,
    RefundState.PENDING: 1,
    RefundState.REQUIRES_ACTION: 1,
    RefundState.SUCCEEDED: 2,
    RefundState.FAILED: 3,
    RefundState.CANCELED: 3,
}

# Refunds that the vendor never made.
REFUSED = and_(Refund.state == RefundState.FAILED, Refund.vendor_id.is_(None))


class PaymentUnknown(LookupError):
    """The vendor names a payment that is not recorded here, perhaps not yet."""


def request(
    payment: Payment,
    *,
    amount: int | None = None,
    reason: RefundReason = RefundReason.REQUESTED,
    requested_by: int | None = None,
    keep_seat: bool = False,
    note: str | None = None,
    asked_after: timedelta = timedelta(0),
    request_key: str | None = None,
) -> Refund:
    """Request a refund of a payment, which is carried out after the commit.

    amount: in the minor unit of the payment's currency; None: all that is left.
    requested_by: the administrator; None for a job. keep_seat: whether the buyer keeps the seat even if nothing is left.
    asked_after: from the commit until a worker asks the vendor.

    Raises:
        NothingToRefund: nothing is left.
        PaymentDisputed: a dispute has taken what is left.
        Unprocessable: less than `amount` is left.
    """
    order = order_locks.lock(payment.order_id)
    account = next(each for each in standing.accounts(order.id) if each.payment.id == payment.id)
    refund = Refund(
        order_id=order.id,
        payment_id=payment.id,
        amount=_amount(account, amount),
        currency=payment.currency,
        reason=reason.value,
        note=note,
        keep_seat=keep_seat,
        requested_by=requested_by,
        request_key=request_key,
    )
    db.session.add(refund)
    db.session.flush()
    outbox.add(REQUESTED, refund_id=refund.id).next_try_at = now() + asked_after
    return refund


def request_of_order(
    order_id: int, *, by: int, payment_id: int | None = None, request_key: str | None = None, **fields: Any
) -> Refund:
    """Request a refund of an order for an administrator: of this payment, or of the first of which something is left.

    The administrator's request asks the vendor at once: the command only follows if it did not get an answer.

    request_key: the idempotency key; a refund that was requested with it is returned as it is.

    Raises:
        NoSuchOrder: there is none.
        NoSuchPayment: the order has no such payment.
        NothingToRefund, PaymentDisputed, Unprocessable: as `request` does.
        Unconfigured: there is no vendor.
    """
    # Before anything is stored.
    current_payments()
    if db.session.get(Order, order_id) is None:
        raise NoSuchOrder()
    order_locks.lock(order_id)
    if request_key and (earlier := _requested(order_id, by, request_key)):
        return earlier
    payment = _choose(standing.accounts(order_id), payment_id).payment
    refund = request(payment, requested_by=by, asked_after=HEAD_START, request_key=request_key, **fields)
    details = {"refund_id": refund.id, "amount": refund.amount, "currency": refund.currency}
    audit.record("order.refund_requested", actor_id=by, target_kind="order", target_id=order_id, **details)
    return refund


def _requested(order_id: int, by: int, request_key: str) -> Refund | None:
    """Return the refund that an earlier request with the key committed before its process died.

    One that was refused does not use up its key.
    """
    same = (Refund.order_id == order_id, Refund.requested_by == by, Refund.request_key == request_key, ~REFUSED)
    return db.session.scalar(select(Refund).where(*same, Refund.created_at > now() - idempotency.LIFETIME).limit(1))


def apply(vendor: VendorRefund) -> Refund:
    """Record what the vendor says of a refund, whoever made it. Repeated and late news changes nothing.

    Raises:
        PaymentUnknown: it refunds a payment that is not recorded here.
    """
    payment = find_payment(vendor.payment_id, vendor.charge_id)
    order = order_locks.lock(payment.order_id)
    refund = _find(vendor, payment) or _made_elsewhere(vendor, payment)
    # Before the vendor has named it, its state is ours: even one that was refused to us may have been made.
    rank = RANKS[refund.state] if refund.vendor_id else RANKS[RefundState.REQUESTED]
    refund.vendor_id = vendor.id
    if vendor.status is RefundStatus.UNKNOWN:
        log.warning("refund %s has a status that is not known", vendor.id)
    elif RANKS[state := RefundState(vendor.status.value)] >= rank and state is not refund.state:
        _move(order, refund, state, vendor)
    db.session.flush()
    return refund


def refuse(refund_id: int, why: str) -> Refund:
    """Close a refund that the vendor has refused; nothing was refunded."""
    refund = db.session.get_one(Refund, refund_id)
    order_locks.lock(refund.order_id)
    db.session.refresh(refund)
    if refund.state is RefundState.REQUESTED:
        refund.state, refund.failure_reason = RefundState.FAILED, why
        db.session.flush()
    return refund


def find_payment(payment_id: str | None, charge_id: str | None) -> Payment:
    """Return the payment with one of the vendor's ids.

    Raises:
        PaymentUnknown: there is none.
    """
    same = [column == value for column, value in _ids(payment_id, charge_id) if value]
    payment = db.session.scalar(select(Payment).where(or_(*same)).order_by(Payment.id).limit(1)) if same else None
    if payment is None:
        raise PaymentUnknown(f"payment {payment_id or charge_id} is not known")
    return payment


def _ids(payment_id: str | None, charge_id: str | None) -> tuple[tuple[Any, str | None], ...]:
    return (Payment.vendor_id, payment_id), (Payment.charge_id, charge_id)


def _choose(of_order: Sequence[Account], payment_id: int | None) -> Account:
    if not of_order:
        raise NothingToRefund()
    if payment_id is not None:
        wanted = [each for each in of_order if each.payment.id == payment_id]
        if not wanted:
            raise NoSuchPayment()
        return wanted[0]
    return next((each for each in of_order if each.left), of_order[0])


def _amount(account: Account, wanted: int | None) -> int:
    if account.left == 0:
        raise PaymentDisputed() if account.disputed else NothingToRefund()
    if wanted is None:
        return account.left
    step = money.step(account.payment.currency)
    if wanted > account.left:
        raise Unprocessable(errors={"json": {"amount": [f"Must be at most {account.left}: more is not left."]}})
    if wanted < 1 or wanted % step:
        raise Unprocessable(errors={"json": {"amount": [f"Must be a positive multiple of {step} in this currency."]}})
    return wanted


def _find(vendor: VendorRefund, payment: Payment) -> Refund | None:
    """Return a refund by the vendor's id, or ours that it carries: only if it is of this payment and this amount."""
    found = db.session.scalar(select(Refund).where(Refund.vendor_id == vendor.id))
    if found is None and vendor.refund_id is not None:
        ours = (Refund.id == vendor.refund_id, Refund.payment_id == payment.id, Refund.amount == vendor.amount)
        found = db.session.scalar(select(Refund).where(*ours, Refund.vendor_id.is_(None)))
    if found is not None:
        db.session.refresh(found)
    return found


def _made_elsewhere(vendor: VendorRefund, payment: Payment) -> Refund:
    refund = Refund(
        order_id=payment.order_id,
        payment_id=payment.id,
        amount=vendor.amount,
        currency=vendor.currency,
        state=RefundState.REQUESTED,
        vendor_id=vendor.id,
    )
    db.session.add(refund)
    db.session.flush()
    return refund


def _move(order: Order, refund: Refund, state: RefundState, vendor: VendorRefund) -> None:
    was_accepted, refund.state = refund.state in ACCEPTED, state
    refund.failure_reason = vendor.failure_reason
    if state in ACCEPTED and not was_accepted:
        refund.refunded_at = vendor.created_at
        ledger.record_refund(refund)
        _tell(order, refund)
    elif state not in ACCEPTED and was_accepted:
        ledger.record_refund_failure(refund)
        _record(order, refund, "order.refund_failed", reason=vendor.failure_reason)
    standing.derive(order)


def _tell(order: Order, refund: Refund) -> None:
    events.record(
        EventType.ORDER_REFUNDED,
        str(refund.id),
        order_id=order.id,
        user_id=order.user_id,
        course_id=order.course_id,
        refund_id=refund.id,
        amount=refund.amount,
        currency=refund.currency,
    )
    _record(order, refund, "order.refunded")


def _record(order: Order, refund: Refund, action: str, **details: Any) -> None:
    known = {"refund_id": refund.id, "amount": refund.amount, "currency": refund.currency}
    audit.record(action, actor_id=None, target_kind="order", target_id=order.id, **known, **details)
