"""Conversion of Stripe's JSON objects to the payment port's types. Responses and webhooks share their shapes.

Of an object, only what Stripe's schema requires is demanded: anything else may be null or missing.
"""

from collections.abc import Callable

from learnstream.integrations.payments import (
    Checkout,
    CheckoutStatus,
    DisputeStatus,
    EventObject,
    FraudWarning,
    PaymentStatus,
    RefundedCharge,
    RefundStatus,
    VendorDispute,
    VendorRefund,
)
from learnstream.integrations.stripe import fields
from learnstream.integrations.stripe.fields import Record

# A payment of a complete checkout is not under way in these: a method that takes days has failed.
FAILED = frozenset({"requires_payment_method", "canceled"})


def checkout(record: Record) -> Checkout:
    """Parse a checkout session, whose payment may be expanded.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "checkout.session")
    if record["mode"] != "payment":
        raise ValueError(f"a session of the mode {record['mode']!r:.40}")
    payment, invoice = (fields.expanded(record.get(name)) for name in ("payment_intent", "invoice"))
    charge = fields.expanded(payment.get("latest_charge"))
    status = fields.word(CheckoutStatus, record.get("status"))
    payment_status = fields.word(PaymentStatus, record["payment_status"])
    waits = status is CheckoutStatus.COMPLETE and payment_status is PaymentStatus.UNPAID
    order_id, attempt = fields.ours(record, "order_id"), fields.ours(record, "attempt")
    return Checkout(
        id=fields.identifier(record["id"]),
        status=status,
        payment_status=payment_status,
        url=fields.url(record.get("url")),
        expires_at=fields.instant(record["expires_at"]),
        subtotal=fields.amount(record["amount_subtotal"]),
        total=fields.amount(record["amount_total"]),
        tax=fields.amount((record.get("total_details") or {}).get("amount_tax") or 0),
        currency=fields.currency(record["currency"]),
        # Other shops with the same account name their orders in the same way, but no attempts.
        order_id=order_id if attempt else None,
        attempt=attempt,
        reference=fields.reference(record),
        payment_id=fields.id_of(record.get("payment_intent")),
        charge_id=fields.id_of(payment.get("latest_charge")),
        receipt_url=fields.url(charge.get("receipt_url")),
        invoice_url=fields.url(invoice.get("hosted_invoice_url")),
        invoice_pdf_url=fields.url(invoice.get("invoice_pdf")),
        livemode=fields.flag(record["livemode"]),
        created_at=fields.instant(record["created"]),
        payment_failed=waits and payment.get("status") in FAILED,
    )


def refund(record: Record) -> VendorRefund:
    """Parse a refund.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "refund")
    return VendorRefund(
        id=fields.identifier(record["id"]),
        payment_id=fields.id_of(record.get("payment_intent")),
        charge_id=fields.id_of(record.get("charge")),
        amount=fields.amount(record["amount"]),
        currency=fields.currency(record["currency"]),
        status=fields.word(RefundStatus, record.get("status")),
        refund_id=fields.ours(record, "refund_id"),
        failure_reason=fields.reason(record.get("failure_reason")),
        created_at=fields.instant(record["created"]),
    )


def dispute(record: Record) -> VendorDispute:
    """Parse a dispute.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "dispute")
    due_by = (record.get("evidence_details") or {}).get("due_by")
    return VendorDispute(
        id=fields.identifier(record["id"]),
        payment_id=fields.id_of(record.get("payment_intent")),
        charge_id=fields.required_id_of(record["charge"]),
        amount=fields.amount(record["amount"]),
        currency=fields.currency(record["currency"]),
        status=fields.word(DisputeStatus, record["status"]),
        reason=fields.reason(record["reason"]) or "unknown",
        # Zero: no evidence is accepted.
        due_by=fields.instant(due_by) if due_by else None,
        created_at=fields.instant(record["created"]),
    )


def refunded_charge(record: Record) -> RefundedCharge:
    """Parse a charge of which something was refunded.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "charge")
    return RefundedCharge(
        id=fields.identifier(record["id"]),
        payment_id=fields.id_of(record.get("payment_intent")),
        amount=fields.amount(record["amount"]),
        amount_refunded=fields.amount(record["amount_refunded"]),
        currency=fields.currency(record["currency"]),
    )


def fraud_warning(record: Record) -> FraudWarning:
    """Parse a bank's early warning of a fraudulent charge.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "radar.early_fraud_warning")
    return FraudWarning(
        id=fields.identifier(record["id"]),
        payment_id=fields.id_of(record.get("payment_intent")),
        charge_id=fields.required_id_of(record["charge"]),
        fraud_type=fields.reason(record["fraud_type"]) or "unknown",
        created_at=fields.instant(record["created"]),
    )


Reader = Callable[[Record], EventObject]


def _require_object(record: Record, name: str) -> None:
    if record["object"] != name:
        raise ValueError(f"a {record['object']!r:.40} instead of a {name}")
