"""Disputes: buyers' banks claim payments back. A dispute's status decides, whatever its events are called."""

import logging
from datetime import datetime

from sqlalchemy import select

from learnstream.errors.payment_service import Unknown
from learnstream.integrations.payments import VendorDispute, current_payments
from learnstream.models import Dispute, DisputeStatus, EventType, Order, Payment
from learnstream.services.commerce import ledger, order_locks, refunds, standing
from learnstream.services.foundation import audit, events
from learnstream.stores.sql import db

log = logging.getLogger(__name__)


class DisputeChanged(Exception):
    """Another event of the dispute was applied meanwhile; try again."""


def apply(vendor: VendorDispute, at: datetime) -> Dispute:
    """Record what an event says of a dispute. Called without an open transaction; the caller commits.

    No status is final, events of a second have no order, and older ones come late: then the vendor is asked.

    at: when the vendor created the event.

    Raises:
        PaymentUnknown: it is about a payment that is not recorded here.
        DisputeChanged: another event was applied while the vendor was asked.
        PaymentServiceError: the vendor was asked, and did not answer.
    """
    known = _find(vendor.id)
    seen = _seen(known)
    in_doubt = known is not None and at <= known.status_at and _differs(vendor, known)
    db.session.rollback()
    return _record(_ask(vendor) if in_doubt else vendor, at, seen)


def _differs(vendor: VendorDispute, known: Dispute) -> bool:
    return (vendor.status.value, vendor.amount) != (known.status.value, known.amount)


def _ask(vendor: VendorDispute) -> VendorDispute:
    try:
        return current_payments().find_dispute(vendor.id)
    except Unknown:
        return vendor


def _record(vendor: VendorDispute, at: datetime, seen: tuple[datetime, DisputeStatus] | None) -> Dispute:
    payment = refunds.find_payment(vendor.payment_id, vendor.charge_id)
    order = order_locks.lock(payment.order_id)
    dispute = _find(vendor.id)
    if _seen(dispute) != seen:
        raise DisputeChanged(vendor.id)
    dispute = dispute or _new(vendor, payment, at)
    before, dispute.status = dispute.status if seen else None, _status(vendor, dispute)
    dispute.amount, dispute.reason, dispute.due_by = vendor.amount, vendor.reason, vendor.due_by
    dispute.status_at = max(dispute.status_at, at)
    db.session.flush()
    # Its amount may have changed as well.
    ledger.record_dispute(dispute, dispute.status in standing.TAKEN)
    if before is not dispute.status:
        _tell(order, dispute)
        standing.derive(order)
    return dispute


def _find(vendor_id: str) -> Dispute | None:
    which = select(Dispute).where(Dispute.vendor_id == vendor_id)
    return db.session.scalar(which.execution_options(populate_existing=True))


def _seen(dispute: Dispute | None) -> tuple[datetime, DisputeStatus] | None:
    return (dispute.status_at, dispute.status) if dispute else None


def _new(vendor: VendorDispute, payment: Payment, at: datetime) -> Dispute:
    dispute = Dispute(
        order_id=payment.order_id,
        payment_id=payment.id,
        vendor_id=vendor.id,
        amount=vendor.amount,
        currency=vendor.currency,
        status=DisputeStatus.UNKNOWN,
        status_at=at,
    )
    db.session.add(dispute)
    return dispute


def _status(vendor: VendorDispute, dispute: Dispute) -> DisputeStatus:
    """Return the vendor's status; one that is not known yet changes nothing."""
    status = DisputeStatus(vendor.status.value)
    if status is DisputeStatus.UNKNOWN:
        log.warning("dispute %s has a status that is not known", vendor.id)
        return dispute.status
    return status


def _tell(order: Order, dispute: Dispute) -> None:
    facts = {"dispute_id": dispute.id, "status": dispute.status.value}
    amount = {"amount": dispute.amount, "currency": dispute.currency}
    about = {"order_id": order.id, "user_id": order.user_id, "course_id": order.course_id}
    events.record_change(EventType.PAYMENT_DISPUTED, dispute.id, **about, **facts, **amount)
    audit.record("order.disputed", actor_id=None, target_kind="order", target_id=order.id, **facts, **amount)
