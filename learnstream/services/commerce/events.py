"""What the events of the payment service mean: each is passed to what it concerns.

No order of events is promised, each may come twice, and two can tell of one change. All that they say is applied so that
it may be repeated, and state is read from the object, not from the event's name.
"""

import logging

from learnstream.integrations.payments import (
    Checkout,
    FraudWarning,
    PaymentEvent,
    RefundedCharge,
    VendorDispute,
    VendorRefund,
    current_payments,
)
from learnstream.services.commerce import disputes, granting, refunding, refunds, warnings
from learnstream.services.commerce.granting import ForeignCheckout
from learnstream.services.commerce.refunds import PaymentUnknown
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

AboutPayment = VendorRefund | VendorDispute | RefundedCharge | FraudWarning


def handle(event: PaymentEvent) -> int | None:
    """Apply an event, without an open transaction; return the order that it is about. The caller commits.

    None if it means nothing here: its type is not relevant, or it is about something that others have sold with the
    same account.

    Raises:
        LookupError: what it is about is not known, perhaps not yet.
        PaymentServiceError: the vendor, who had to be asked, failed.
    """
    try:
        return _handle(event)
    except ForeignCheckout as error:
        db.session.rollback()
        log.warning("event %s is ignored: %s", event.id, error)
        return None


def _handle(event: PaymentEvent) -> int | None:
    match event.object:
        case None:
            return None
        case Checkout(order_id=order_id):
            return granting.settle(order_id, event.object).id if order_id else None
        case about:
            return _handle_money(about, event)


def _handle_money(about: AboutPayment, event: PaymentEvent) -> int | None:
    """Apply what concerns a payment. One that is not recorded yet is asked for, and recorded first."""
    try:
        return _apply(about, event)
    except PaymentUnknown:
        db.session.rollback()
        if not _record(about):
            return None
        return _apply(about, event)


def _apply(about: AboutPayment, event: PaymentEvent) -> int:
    match about:
        case VendorRefund():
            return refunds.apply(about).order_id
        case VendorDispute():
            return disputes.apply(about, event.created_at).order_id
        case RefundedCharge():
            refunding.look_up(about)
            return refunds.find_payment(about.payment_id, about.id).order_id
        case FraudWarning():
            return warnings.record(about).order_id


def _record(about: AboutPayment) -> bool:
    """Settle the order of a payment, and commit that; return False if the payment is not for an order of ours."""
    checkout = current_payments().find_checkout_of_payment(about.payment_id) if about.payment_id else None
    if checkout is None or checkout.order_id is None:
        return False
    granting.settle(checkout.order_id, checkout)
    db.session.commit()
    return True
