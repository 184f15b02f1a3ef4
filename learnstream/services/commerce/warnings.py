"""Early warnings of fraud: a bank tells that a dispute is likely. A person decides whether to refund the payment before."""

from learnstream.integrations.payments import FraudWarning
from learnstream.models import EventType, Order, Payment
from learnstream.services.commerce import refunds
from learnstream.services.foundation import audit, events
from learnstream.stores.sql import db


def record(warning: FraudWarning) -> Payment:
    """Record a warning in the audit log and the feed, once; administrators are told. Return the payment.

    Raises:
        PaymentUnknown: it is about a payment that is not recorded here.
    """
    payment = refunds.find_payment(warning.payment_id, warning.charge_id)
    order = db.session.get_one(Order, payment.order_id)
    details = {"warning": warning.id, "payment_id": payment.id, "fraud_type": warning.fraud_type}
    entry = audit.entry("order.warned", actor_id=None, target_kind="order", target_id=order.id, **details)
    audit.record_once(f"order.warned:{warning.id}", entry, at=warning.created_at)
    events.record(
        EventType.PAYMENT_WARNED,
        warning.id,
        at=warning.created_at,
        order_id=order.id,
        user_id=order.user_id,
        course_id=order.course_id,
        amount=payment.amount,
        currency=payment.currency,
        fraud_type=warning.fraud_type,
    )
    return payment
